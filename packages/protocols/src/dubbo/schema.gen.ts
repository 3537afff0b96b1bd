// Generated from schema.ts by `npm run docs`; do not edit.
import type { JsonSchema } from '@weft/sdk';

export const schema: JsonSchema = {
  "type": "object",
  "properties": {
    "send_readonly_event": {
      "type": "boolean",
      "description": "Tells callers of a draining connection with Dubbo's own event that no new requests are wanted.",
      "default": true
    },
    "use_timeout_attachment": {
      "type": "boolean",
      "description": "Takes the attachment `timeout` for the deadline of a request, ms. It is behind the arguments, so that every request is looked through for it.",
      "default": false
    },
    "max_requests_in_flight": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1000000,
      "description": "Requests in flight on one connection. A caller over it is answered with status 40.",
      "default": 65535
    },
    "max_gathered_frame_bytes": {
      "type": "integer",
      "minimum": 0,
      "maximum": 1048576,
      "description": "Frames up to this size, bytes, are passed on when they are complete, larger ones as they come. The attachments of the larger ones cannot be read.",
      "default": 65536
    },
    "max_gathered_request_bytes": {
      "type": "integer",
      "minimum": 0,
      "maximum": 16777216,
      "description": "The same for requests, by their bodies as `max_payload_bytes` counts them, where it is more: routes and rules by the group of a service, which is an attachment, need all of a request. 0: as `max_gathered_frame_bytes`.",
      "default": 0
    },
    "max_payload_bytes": {
      "type": "integer",
      "minimum": 1024,
      "maximum": 2147483647,
      "description": "The body of a frame, bytes; the same as `payload` of Dubbo's protocol.",
      "default": 8388608
    },
    "reject_as": {
      "type": "string",
      "enum": [
        "status",
        "exception"
      ],
      "description": "How callers learn that a rule or filter refused the request: by a status, which they see as a RemotingException, or by an answer that carries an RpcException.",
      "default": "status"
    },
    "exception_class": {
      "type": "string",
      "description": "Class of that exception. Dubbo up to 2.6 has `com.alibaba.dubbo.rpc.RpcException`.",
      "default": "org.apache.dubbo.rpc.RpcException"
    }
  },
  "description": "Dubbo 2, the RPC protocol of Apache Dubbo."
};
