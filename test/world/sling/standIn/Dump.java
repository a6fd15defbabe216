package standin;

import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import javax.jcr.Binary;
import javax.jcr.Node;
import javax.jcr.NodeIterator;
import javax.jcr.Property;
import javax.jcr.PropertyIterator;
import javax.jcr.PropertyType;
import javax.jcr.RepositoryException;
import javax.jcr.Value;
import javax.json.Json;
import javax.json.stream.JsonGenerator;

/** Every property below a node, by its path; binaries as text, so that a secret can be searched for anywhere. */
final class Dump {
  private Dump() {}

  static String of(Node top) throws RepositoryException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Json.createGenerator(text)) {
      json.writeStartObject();
      write(json, top);
      json.writeEnd();
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Node node) throws RepositoryException {
    for (PropertyIterator properties = node.getProperties(); properties.hasNext(); ) {
      Property property = properties.nextProperty();
      if (property.isMultiple()) {
        json.writeStartArray(property.getPath());
        for (Value value : property.getValues()) writeItem(json, value);
        json.writeEnd();
      } else {
        writeNamed(json, property.getPath(), property.getValue());
      }
    }
    for (NodeIterator children = node.getNodes(); children.hasNext(); ) write(json, children.nextNode());
  }

  private static void writeNamed(JsonGenerator json, String name, Value value) throws RepositoryException {
    switch (value.getType()) {
      case PropertyType.BOOLEAN: json.write(name, value.getBoolean()); break;
      case PropertyType.LONG: json.write(name, value.getLong()); break;
      case PropertyType.DOUBLE: json.write(name, value.getDouble()); break;
      default: json.write(name, text(value));
    }
  }

  private static void writeItem(JsonGenerator json, Value value) throws RepositoryException {
    switch (value.getType()) {
      case PropertyType.BOOLEAN: json.write(value.getBoolean()); break;
      case PropertyType.LONG: json.write(value.getLong()); break;
      case PropertyType.DOUBLE: json.write(value.getDouble()); break;
      default: json.write(text(value));
    }
  }

  private static String text(Value value) throws RepositoryException {
    if (value.getType() != PropertyType.BINARY) return value.getString();
    Binary binary = value.getBinary();
    try (InputStream stream = binary.getStream()) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (java.io.IOException e) {
      throw new RepositoryException(e);
    } finally {
      binary.dispose();
    }
  }
}
