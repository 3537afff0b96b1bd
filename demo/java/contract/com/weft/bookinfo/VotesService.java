package com.weft.bookinfo;

import java.util.Map;

/** Asked over Dubbo. */
public interface VotesService {
    /** Stars by reviewer. */
    Map<String, Integer> votes(int bookId);
}
