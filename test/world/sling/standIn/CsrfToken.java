package standin;

import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.servlet.ServletException;
import org.apache.sling.api.SlingHttpServletRequest;
import org.apache.sling.api.SlingHttpServletResponse;
import org.apache.sling.api.servlets.SlingSafeMethodsServlet;

/** Stand-in for /libs/granite/csrf/token.json: a token for every account, none for somebody without a login. */
final class CsrfToken extends SlingSafeMethodsServlet {
  private final Keys keys;

  CsrfToken(Keys keys) {
    this.keys = keys;
  }

  @Override
  protected void doGet(SlingHttpServletRequest request, SlingHttpServletResponse response)
      throws ServletException, IOException {
    String user = request.getResourceResolver().getUserID();
    try {
      Answers.json(response, 200, "anonymous".equals(user) ? "{}" : "{\"token\":\"" + keys.tokenFor(user) + "\"}");
    } catch (GeneralSecurityException e) {
      throw new ServletException(e);
    }
  }
}
