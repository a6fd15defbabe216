package standin;

import java.util.List;
import org.apache.sling.api.SlingHttpServletRequest;
import org.apache.sling.api.resource.ModifiableValueMap;
import org.apache.sling.api.resource.Resource;
import org.apache.sling.api.resource.ResourceUtil;
import org.apache.sling.servlets.post.Modification;
import org.apache.sling.servlets.post.SlingPostProcessor;

/** Stand-in for AEM's encryption of the properties that a request names with the suffix, before they are saved. */
final class EncryptingPostProcessor implements SlingPostProcessor {
  private static final String SUFFIX = "@Encrypted";

  private final Keys keys;
  private final Switches switches;

  EncryptingPostProcessor(Keys keys, Switches switches) {
    this.keys = keys;
    this.switches = switches;
  }

  @Override
  public void process(SlingHttpServletRequest request, List<Modification> changes) throws Exception {
    if (!"suffix".equals(switches.encryption)) return;
    for (String parameter : request.getRequestParameterMap().keySet()) {
      if (!parameter.endsWith(SUFFIX)) continue;
      String name = parameter.substring(0, parameter.length() - SUFFIX.length());
      // What isn't sent isn't encrypted: it would be encrypted a second time.
      if (request.getRequestParameter(name) != null) encrypt(request, name, changes);
    }
  }

  private void encrypt(SlingHttpServletRequest request, String name, List<Modification> changes) throws Exception {
    String path = ResourceUtil.normalize(request.getResource().getPath() + "/" + name);
    if (path == null) return;
    Resource node = request.getResourceResolver().getResource(ResourceUtil.getParent(path));
    ModifiableValueMap properties = node == null ? null : node.adaptTo(ModifiableValueMap.class);
    if (properties == null) return;
    String property = ResourceUtil.getName(path);
    // With a value, Sling took the suffix for a part of an ordinary name, and refuses a change of it that stays listed.
    properties.remove(property + SUFFIX);
    changes.removeIf(change -> (path + SUFFIX).equals(change.getSource()));
    String plain = properties.get(property, String.class);
    if (plain != null) properties.put(property, keys.protect(plain));
  }
}
