package com.weft.bookinfo.ratings;

import com.alipay.sofa.rpc.config.ProviderConfig;
import com.alipay.sofa.rpc.config.ServerConfig;
import com.weft.bookinfo.Environment;
import com.weft.bookinfo.RatingsService;
import com.weft.bookinfo.VotesService;
import java.util.HashMap;
import java.util.Map;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ReferenceConfig;

/** ratings: stars of a book. SOFARPC (Bolt); asks votes over Dubbo. PORT is where it listens, VOTES_ADDRESS where votes is. */
public class Ratings implements RatingsService {
    private final VotesService votes;

    private Ratings(VotesService votes) {
        this.votes = votes;
    }

    public static void main(String[] arguments) throws Exception {
        new ProviderConfig<RatingsService>()
            .setApplication(new com.alipay.sofa.rpc.config.ApplicationConfig().setAppName("ratings"))
            .setInterfaceId(RatingsService.class.getName())
            .setRef(new Ratings(askVotes(Environment.text("VOTES_ADDRESS"))))
            .setServer(new ServerConfig()
                .setProtocol("bolt")
                .setBoundHost("127.0.0.1")
                .setPort(Environment.port("PORT")))
            .setRegister(false)
            .export();
        Thread.currentThread().join();
    }

    private static VotesService askVotes(String address) {
        ApplicationConfig application = new ApplicationConfig("ratings");
        application.setQosEnable(false);
        ReferenceConfig<VotesService> reference = new ReferenceConfig<>();
        reference.setApplication(application);
        reference.setInterface(VotesService.class);
        reference.setVersion("1.0");
        // Dubbo takes an address of the network in place of what it knows as a local one: 127.0.0.1 as a number.
        reference.setUrl("dubbo://" + address.replace("127.0.0.1", "2130706433"));
        reference.setTimeout(1500);
        reference.setRetries(0);
        reference.setCheck(false);
        return reference.get();
    }

    public Map<String, Object> getRatings(int bookId) {
        Map<String, Object> answer = new HashMap<>();
        answer.put("id", bookId);
        answer.put("ratings", votes.votes(bookId));
        return answer;
    }
}
