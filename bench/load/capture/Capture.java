import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;

/**
 * Prints one call of Dubbo on the wire: `request HEX`, `response HEX`. Consumer and provider are Dubbo's own, with a relay between
 * them that only writes down what passes. See dubbo-frames.ts for how to run it.
 */
public class Capture {
  // The names of these classes are in the recorded bytes: they stand here and not in a file of their own.
  public static class Item implements Serializable {
    public String sku;
    public int quantity;
    public double price;

    public Item() {}

    Item(String sku, int quantity, double price) {
      this.sku = sku;
      this.quantity = quantity;
      this.price = price;
    }
  }

  public static class Order implements Serializable {
    public long id;
    public String customer;
    public List<Item> items = new ArrayList<>();
    public Map<String, String> labels = new LinkedHashMap<>();
    public String note;
  }

  public interface OrderFacade {
    Order findOrder(Order example, String region, boolean detailed);
  }

  static Order order(long id, int items, int noteLength) {
    Order order = new Order();
    order.id = id;
    order.customer = "customer-" + id;
    for (int i = 0; i < items; i++) order.items.add(new Item("sku-" + (1000 + i), i + 1, 9.75 + i));
    order.labels.put("channel", "web");
    order.labels.put("campaign", "autumn");
    order.note = "abcdefghijklmnopqrstuvwxyz".repeat(100).substring(0, noteLength);
    return order;
  }

  static class Facade implements OrderFacade {
    public Order findOrder(Order example, String region, boolean detailed) {
      return order(example.id, 8, 600);
    }
  }

  /** The last frame that is no event. */
  static String lastCall(byte[] bytes) {
    String last = "";
    for (int at = 0; at + 16 <= bytes.length; ) {
      int size = 16 + ByteBuffer.wrap(bytes, at + 12, 4).getInt();
      if ((bytes[at + 2] & 0x20) == 0) last = HexFormat.of().formatHex(bytes, at, at + size);
      at += size;
    }
    return last;
  }

  public static void main(String[] arguments) throws Exception {
    int port = 20990;
    Relay relay = new Relay(port);
    ServiceConfig<OrderFacade> service = new ServiceConfig<>();
    service.setInterface(OrderFacade.class);
    service.setRef(new Facade());
    service.setVersion("1.0");
    service.setGroup("shop");
    ReferenceConfig<OrderFacade> reference = new ReferenceConfig<>();
    reference.setInterface(OrderFacade.class);
    reference.setUrl("dubbo://127.0.0.1:" + relay.port() + "?serialization=hessian2&prefer.serialization=hessian2");
    reference.setVersion("1.0");
    reference.setGroup("shop");
    reference.setTimeout(3000);
    reference.setScope("remote");
    ProtocolConfig protocol = new ProtocolConfig("dubbo", port);
    protocol.setSerialization("hessian2");
    ApplicationConfig application = new ApplicationConfig("shop-web");
    application.setQosEnable(false);
    DubboBootstrap.getInstance().application(application).registry(new RegistryConfig("N/A")).protocol(protocol).service(service).reference(reference).start();
    OrderFacade facade = reference.get();
    for (int i = 0; i < 3; i++) facade.findOrder(order(4711, 4, 400), "eu-central", true);
    System.out.println("request " + lastCall(relay.requests()));
    System.out.println("response " + lastCall(relay.responses()));
    System.exit(0);
  }
}
