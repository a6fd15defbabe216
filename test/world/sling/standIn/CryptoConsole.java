package standin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.jcr.LoginException;
import javax.jcr.Repository;
import javax.jcr.RepositoryException;
import javax.jcr.SimpleCredentials;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import javax.servlet.http.Part;

/**
 * Stand-in for the page /system/console/crypto. It stands outside of Sling, as the whole console does, and therefore
 * looks at login and token itself.
 */
final class CryptoConsole extends HttpServlet {
  private final Repository repository;
  private final Keys keys;
  private final Switches switches;

  CryptoConsole(Repository repository, Keys keys, Switches switches) {
    this.repository = repository;
    this.keys = keys;
    this.switches = switches;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
    String user = login(request);
    String datum = datum(request);
    if (user == null) {
      response.setHeader("WWW-Authenticate", "Basic realm=\"stand-in for the console\"");
      response.setStatus(401);
    } else if ("none".equals(switches.encryption)) {
      Answers.html(response, 404, "<h1>Not Found</h1>");
    } else if (!switches.mayUseConsole(user) || !CsrfFilter.lets(request, user, keys)) {
      Answers.forbidden(response);
    } else if (datum == null) {
      Answers.html(response, 400, "<h1>Bad Request</h1>");
    } else {
      try {
        Answers.json(response, 200, "{\"protected\":\"" + keys.protect(datum) + "\"}");
      } catch (GeneralSecurityException e) {
        throw new ServletException(e);
      }
    }
  }

  /** As a browser's form sends it, or as a multipart form, whose fields are no parameters here. */
  private static String datum(HttpServletRequest request) throws ServletException, IOException {
    String type = request.getContentType();
    if (type == null || !type.startsWith("multipart/")) return request.getParameter("datum");
    Part part = request.getPart("datum");
    return part == null ? null : new String(part.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private String login(HttpServletRequest request) throws ServletException {
    String header = request.getHeader("Authorization");
    if (header == null || !header.startsWith("Basic ")) return null;
    String[] pair = new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8).split(":", 2);
    if (pair.length < 2) return null;
    try {
      repository.login(new SimpleCredentials(pair[0], pair[1].toCharArray())).logout();
      return pair[0];
    } catch (LoginException e) {
      return null; // what a wrong password means here
    } catch (RepositoryException e) {
      throw new ServletException(e);
    }
  }
}
