package standin;

import java.io.IOException;
import java.io.StringWriter;
import javax.json.Json;
import javax.json.stream.JsonGenerator;
import javax.servlet.http.HttpServletResponse;

final class Answers {
  private Answers() {}

  static void json(HttpServletResponse response, int status, String body) throws IOException {
    send(response, status, "application/json", body);
  }

  static void forbidden(HttpServletResponse response) throws IOException {
    html(response, 403, "<h1>Forbidden</h1>");
  }

  static void html(HttpServletResponse response, int status, String body) throws IOException {
    send(response, status, "text/html", "<!DOCTYPE html><html><body>" + body + "<!-- stand-in --></body></html>");
  }

  /** An object of text values, with a mark that a stand-in made it up. */
  static String object(String... namesAndValues) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Json.createGenerator(text)) {
      json.writeStartObject();
      for (int i = 0; i < namesAndValues.length; i += 2) json.write(namesAndValues[i], namesAndValues[i + 1]);
      json.write("stand-in", true).writeEnd();
    }
    return text.toString();
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }

  private static void send(HttpServletResponse response, int status, String type, String body) throws IOException {
    response.setStatus(status);
    response.setContentType(type);
    response.setCharacterEncoding("utf-8");
    response.getWriter().write(body);
  }
}
