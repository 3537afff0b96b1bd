package org.example.orders;

import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.rpc.RpcContext;

/** Serves orders on the port that it is given, over the protocol that it is given (`dubbo`), until its input ends. */
public class Provider {
    public static void main(String[] arguments) throws Exception {
        ApplicationConfig application = new ApplicationConfig("orders");
        application.setQosEnable(false);
        application.setRegistry(new RegistryConfig("N/A"));
        ProtocolConfig protocol = new ProtocolConfig(
            arguments.length > 1 ? arguments[1] : "dubbo", Integer.parseInt(arguments[0]));
        protocol.setHost("127.0.0.1");
        // Dubbo has 200 threads and no queue: of 500 calls at once it would refuse those beyond.
        protocol.setQueues(1000);
        ServiceConfig<OrderService> service = new ServiceConfig<>();
        service.setApplication(application);
        service.setRegistry(new RegistryConfig("N/A"));
        service.setProtocol(protocol);
        service.setInterface(OrderService.class);
        service.setRef(new Orders(name -> RpcContext.getContext().getAttachment(name)));
        service.setVersion("1.0");
        service.setGroup("blue");
        service.export();
        Orders.untilTheEnd();
    }
}
