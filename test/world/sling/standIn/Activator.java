package standin;

import java.util.Dictionary;
import java.util.Hashtable;
import javax.jcr.Repository;
import javax.servlet.Filter;
import javax.servlet.Servlet;
import org.apache.sling.api.resource.ResourceResolverFactory;
import org.apache.sling.servlets.post.SlingPostProcessor;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.http.context.ServletContextHelper;
import org.osgi.util.tracker.ServiceTracker;

/** Adds to Sling what a data source needs of AEM. All of it is made up: a stand-in, not AEM's code. */
public final class Activator implements BundleActivator {
  private static final String HTTP = "org.osgi.service.http.runtime.HttpServiceRuntime";

  private BundleContext context;
  private Keys keys;
  private final Switches switches = new Switches();

  @Override
  public void start(BundleContext bundle) {
    context = bundle;
    keys = new Keys(bundle.getProperty("stand-in.key"));
    register(Filter.class, new CsrfFilter(keys), "sling.filter.scope", "REQUEST", "service.ranking", 1000);
    register(SlingPostProcessor.class, new EncryptingPostProcessor(keys, switches));
    slingServlet("/libs/granite/csrf/token", new CsrfToken(keys), "sling.auth.requirements", "-/libs/granite/csrf/token");
    whenThere(ConfigurationAdmin.class, found -> slingServlet("/bin/stand-in", new SwitchBoard(switches, found)));
    whenThere(ResourceResolverFactory.class, found -> slingServlet("/bin/replicate", new Replicate(found, switches)));
    whenThere(Repository.class, this::console);
    tellThePort();
  }

  /** In a context of its own, whose path is longer than the console's and wins therefore. */
  private void console(Repository repository) {
    register(
        ServletContextHelper.class,
        new ServletContextHelper() {},
        "osgi.http.whiteboard.context.name",
        "stand-in",
        "osgi.http.whiteboard.context.path",
        "/system/console/crypto");
    register(
        Servlet.class,
        new CryptoConsole(repository, keys, switches),
        "osgi.http.whiteboard.servlet.pattern",
        "/*",
        "osgi.http.whiteboard.servlet.multipart.enabled",
        true,
        "osgi.http.whiteboard.context.select",
        "(osgi.http.whiteboard.context.name=stand-in)");
  }

  /** The server chooses a free port by itself; the starter reads it from the output. */
  private void tellThePort() {
    String filter = "(&(" + Constants.OBJECTCLASS + "=" + HTTP + ")(osgi.http.endpoint=*))";
    track(filter, reference -> {
      for (String endpoint : (String[]) reference.getProperty("osgi.http.endpoint")) {
        System.out.println("stand-in: listening on " + endpoint);
      }
    });
  }

  private void slingServlet(String path, Servlet servlet, Object... more) {
    Object[] properties = new Object[more.length + 4];
    System.arraycopy(more, 0, properties, 4, more.length);
    properties[0] = "sling.servlet.paths";
    properties[1] = path;
    properties[2] = "sling.servlet.methods";
    properties[3] = new String[] {"GET", "POST"};
    register(Servlet.class, servlet, properties);
  }

  private <T> void register(Class<T> type, T service, Object... namesAndValues) {
    Dictionary<String, Object> properties = new Hashtable<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      properties.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    context.registerService(type, service, properties);
  }

  private interface Found<T> {
    void use(T service);
  }

  private <T> void whenThere(Class<T> type, Found<T> found) {
    track("(" + Constants.OBJECTCLASS + "=" + type.getName() + ")", reference -> {
      @SuppressWarnings("unchecked") // the filter asked for this type
      T service = (T) context.getService(reference);
      found.use(service);
    });
  }

  private void track(String filter, Found<ServiceReference<Object>> found) {
    try {
      new ServiceTracker<Object, Object>(context, context.createFilter(filter), null) {
        @Override
        public Object addingService(ServiceReference<Object> reference) {
          found.use(reference);
          return reference;
        }
      }.open();
    } catch (org.osgi.framework.InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void stop(BundleContext bundle) {
    // The framework takes back what the bundle registered.
  }
}
