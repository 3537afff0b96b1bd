package com.weft.bookinfo.votes;

import com.weft.bookinfo.Environment;
import com.weft.bookinfo.VotesService;
import java.util.Map;
import java.util.TreeMap;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;

/** votes: what readers gave a book. Dubbo. PORT is where it listens. */
public class Votes implements VotesService {
    public static void main(String[] arguments) throws Exception {
        ApplicationConfig application = new ApplicationConfig("votes");
        application.setQosEnable(false);
        ProtocolConfig protocol = new ProtocolConfig("dubbo", Environment.port("PORT"));
        protocol.setHost("127.0.0.1");
        ServiceConfig<VotesService> service = new ServiceConfig<>();
        service.setApplication(application);
        service.setRegistry(new RegistryConfig("N/A"));
        service.setProtocol(protocol);
        service.setInterface(VotesService.class);
        service.setVersion("1.0");
        service.setRef(new Votes());
        service.export();
        Thread.currentThread().join();
    }

    public Map<String, Integer> votes(int bookId) {
        return new TreeMap<>(Map.of("Reviewer1", 5, "Reviewer2", 4));
    }
}
