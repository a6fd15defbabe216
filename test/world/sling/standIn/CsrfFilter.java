package standin;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Set;
import javax.servlet.Filter;
import javax.servlet.FilterChain;
import javax.servlet.FilterConfig;
import javax.servlet.ServletException;
import javax.servlet.ServletRequest;
import javax.servlet.ServletResponse;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.apache.sling.api.SlingHttpServletRequest;

/** Stand-in for Granite's CSRF filter. Stricter than AEM's, which lets clients pass that don't look like a browser. */
final class CsrfFilter implements Filter {
  private static final Set<String> METHODS = Set.of("POST", "PUT", "DELETE");

  private final Keys keys;

  CsrfFilter(Keys keys) {
    this.keys = keys;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String user = ((SlingHttpServletRequest) request).getResourceResolver().getUserID();
    if (lets((HttpServletRequest) request, user, keys)) chain.doFilter(request, response);
    else Answers.forbidden((HttpServletResponse) response);
  }

  static boolean lets(HttpServletRequest request, String user, Keys keys) throws ServletException {
    if (!METHODS.contains(request.getMethod())) return true;
    String header = request.getHeader("CSRF-Token");
    try {
      return keys.isTokenOf(user, header != null ? header : request.getParameter(":cq_csrf_token"));
    } catch (GeneralSecurityException e) {
      throw new ServletException(e);
    }
  }

  @Override
  public void init(FilterConfig config) {
    // nothing to prepare
  }

  @Override
  public void destroy() {
    // nothing to give back
  }
}
