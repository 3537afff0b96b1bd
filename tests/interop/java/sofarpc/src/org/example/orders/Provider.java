package org.example.orders;

import com.alipay.sofa.rpc.config.ApplicationConfig;
import com.alipay.sofa.rpc.config.ProviderConfig;
import com.alipay.sofa.rpc.config.ServerConfig;
import java.util.ArrayList;
import java.util.Collections;

/** Serves orders on the port that it is given, until its input ends; told to the registry of a second argument. */
public class Provider {
    public static void main(String[] arguments) throws Exception {
        ServerConfig server = new ServerConfig()
            .setProtocol("bolt")
            .setBoundHost("127.0.0.1")
            .setPort(Integer.parseInt(arguments[0]))
            .setDaemon(true);
        new ProviderConfig<OrderService>()
            .setApplication(new ApplicationConfig().setAppName("orders"))
            .setInterfaceId(OrderService.class.getName())
            .setRef(new Orders(Carried::seen))
            .setFilterRef(new ArrayList<>(Collections.singletonList(Carried.SEEING)))
            .setServer(server)
            .setRegister(arguments.length > 1)
            .setRegistry(arguments.length > 1 ? Registry.at(arguments[1]) : new ArrayList<>())
            .export();
        Orders.untilTheEnd();
    }
}
