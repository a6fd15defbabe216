package standin;

import java.io.IOException;
import java.util.Calendar;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.jcr.RepositoryException;
import javax.jcr.Session;
import javax.jcr.security.AccessControlManager;
import javax.jcr.security.Privilege;
import javax.servlet.ServletException;
import org.apache.sling.api.SlingHttpServletRequest;
import org.apache.sling.api.SlingHttpServletResponse;
import org.apache.sling.api.resource.LoginException;
import org.apache.sling.api.resource.ModifiableValueMap;
import org.apache.sling.api.resource.PersistenceException;
import org.apache.sling.api.resource.Resource;
import org.apache.sling.api.resource.ResourceResolver;
import org.apache.sling.api.resource.ResourceResolverFactory;
import org.apache.sling.api.servlets.SlingAllMethodsServlet;

/** Stand-in for /bin/replicate.json: replicates nothing, but leaves the traces of it in the repository. */
final class Replicate extends SlingAllMethodsServlet {
  private static final Map<String, String> ACTIONS = Map.of("activate", "Activate", "deactivate", "Deactivate");

  private final ResourceResolverFactory resolvers;
  private final Switches switches;
  private final ScheduledExecutorService later =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "stand-in replication");
            thread.setDaemon(true);
            return thread;
          });

  Replicate(ResourceResolverFactory resolvers, Switches switches) {
    this.resolvers = resolvers;
    this.switches = switches;
  }

  @Override
  protected void doPost(SlingHttpServletRequest request, SlingHttpServletResponse response)
      throws ServletException, IOException {
    String command = request.getParameter("cmd");
    String action = command == null ? null : ACTIONS.get(command.toLowerCase(Locale.ROOT));
    String[] paths = request.getParameterValues("path");
    if (action == null || paths == null) {
      answer(request, response, 400, 400, "Error: cmd and path are needed", "");
      return;
    }
    for (String path : paths) {
      if (request.getResourceResolver().getResource(path) == null) {
        answer(request, response, 404, 404, "Error: there is nothing at " + path, path);
        return;
      }
      if ("refused".equals(switches.replication) || !mayReplicate(request, path)) {
        answer(request, response, 403, 403, "Error: no right to replicate " + path, path);
        return;
      }
    }
    String path = String.join(",", paths);
    if ("refused in the body".equals(switches.replication)) {
      answer(request, response, 200, 500, "Error: replication failed: no agent is enabled", path);
      return;
    }
    if ("works".equals(switches.replication)) {
      String user = request.getResourceResolver().getUserID();
      later.schedule(() -> note(paths, action, user), switches.replicationDelayMs, TimeUnit.MILLISECONDS);
    }
    answer(request, response, 200, 200, "Replication started for " + path, path);
  }

  private static boolean mayReplicate(SlingHttpServletRequest request, String path) throws ServletException {
    try {
      AccessControlManager rights =
          request.getResourceResolver().adaptTo(Session.class).getAccessControlManager();
      return rights.hasPrivileges(path, new Privilege[] {rights.privilegeFromName("crx:replicate")});
    } catch (RepositoryException e) {
      throw new ServletException(e);
    }
  }

  private void note(String[] paths, String action, String user) {
    Map<String, Object> login = Map.of(ResourceResolverFactory.SUBSERVICE, "replication");
    try (ResourceResolver resolver = resolvers.getServiceResourceResolver(login)) {
      for (String path : paths) {
        Resource content = resolver.getResource(path + "/jcr:content");
        if (content == null) continue;
        ModifiableValueMap properties = content.adaptTo(ModifiableValueMap.class);
        properties.put("cq:lastReplicationAction", action);
        properties.put("cq:lastReplicated", Calendar.getInstance());
        properties.put("cq:lastReplicatedBy", user);
      }
      resolver.commit();
    } catch (LoginException | PersistenceException e) {
      log("replication of " + String.join(",", paths), e);
    }
  }

  private static void answer(
      SlingHttpServletRequest request, SlingHttpServletResponse response, int status, int said, String message, String path)
      throws IOException {
    String accept = request.getHeader("Accept");
    if (accept != null && accept.contains("application/json")) {
      String text = Answers.object("path", path, "status.message", message);
      Answers.json(response, status, "{\"status.code\":" + said + "," + text.substring(1));
    } else {
      String row = "<tr><td>%s</td><td><div id=\"%s\">%s</div></td></tr>";
      String rows =
          String.format(row, "Status", "Status", said)
              + String.format(row, "Message", "Message", Answers.escape(message))
              + String.format(row, "Path", "Path", Answers.escape(path));
      Answers.html(response, status, "<table><tbody>" + rows + "</tbody></table>");
    }
  }

  @Override
  public void destroy() {
    later.shutdownNow();
  }
}
