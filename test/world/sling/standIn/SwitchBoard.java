package standin;

import java.io.IOException;
import java.util.Dictionary;
import java.util.Hashtable;
import javax.jcr.Node;
import javax.jcr.RepositoryException;
import javax.servlet.ServletException;
import org.apache.sling.api.SlingHttpServletRequest;
import org.apache.sling.api.SlingHttpServletResponse;
import org.apache.sling.api.resource.ModifiableValueMap;
import org.apache.sling.api.resource.Resource;
import org.apache.sling.api.resource.ResourceResolver;
import org.apache.sling.api.resource.ResourceUtil;
import org.apache.sling.api.servlets.SlingAllMethodsServlet;
import org.osgi.service.cm.ConfigurationAdmin;

/** What only tests use, as admin: the switches, and a listing without Sling's limit of 200 nodes. */
final class SwitchBoard extends SlingAllMethodsServlet {
  private static final String POST_SERVLET = "org.apache.sling.servlets.post.impl.SlingPostServlet";

  private final Switches switches;
  private final ConfigurationAdmin configurations;

  SwitchBoard(Switches switches, ConfigurationAdmin configurations) {
    this.switches = switches;
    this.configurations = configurations;
  }

  @Override
  protected void doGet(SlingHttpServletRequest request, SlingHttpServletResponse response)
      throws ServletException, IOException {
    if (refuses(request, response)) return;
    Resource top = request.getResourceResolver().getResource(request.getParameter("path"));
    try {
      Answers.json(response, 200, top == null ? "{}" : Dump.of(top.adaptTo(Node.class)));
    } catch (RepositoryException e) {
      throw new ServletException(e);
    }
  }

  @Override
  protected void doPost(SlingHttpServletRequest request, SlingHttpServletResponse response)
      throws ServletException, IOException {
    if (refuses(request, response)) return;
    String empty = request.getParameter("empty");
    if (empty != null) empty(request.getResourceResolver(), empty);
    String encryption = request.getParameter("encryption");
    String replication = request.getParameter("replication");
    String delay = request.getParameter("replicationDelayMs");
    String legacy = request.getParameter("legacyStatus");
    if (encryption != null) switches.encryption = encryption;
    if (replication != null) switches.replication = replication;
    if (delay != null) switches.replicationDelayMs = Integer.parseInt(delay);
    if (legacy != null) {
      Dictionary<String, Object> settings = new Hashtable<>();
      settings.put("legacy.statuscode.on.persistence.exception", Boolean.valueOf(legacy));
      configurations.getConfiguration(POST_SERVLET, null).update(settings);
    }
    Answers.json(response, 200, Answers.object("encryption", switches.encryption, "replication", switches.replication));
  }

  /** Makes a property an empty text, as AEM's own pages can; in a Sling POST that means to remove it. */
  private static void empty(ResourceResolver resolver, String property) throws IOException {
    Resource node = resolver.getResource(ResourceUtil.getParent(property));
    node.adaptTo(ModifiableValueMap.class).put(ResourceUtil.getName(property), "");
    resolver.commit();
  }

  private static boolean refuses(SlingHttpServletRequest request, SlingHttpServletResponse response) throws IOException {
    if ("admin".equals(request.getResourceResolver().getUserID())) return false;
    Answers.forbidden(response);
    return true;
  }
}
