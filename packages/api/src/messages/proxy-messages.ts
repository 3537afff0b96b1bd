/**
 * What is said of a proxy: of its state by the control plane, of its parts and of what happened to it by the proxy itself, which
 * says it in English. `proxyMessage` finds these words again. Ids are never sent: a text is known by its form.
 */
export const PROXY_MESSAGES = {
  // Why it is in its state.
  'proxy.stopped': 'it said that it stops',
  'proxy.silent': 'no report for {seconds} s',
  'proxy.not-reported': 'connected, and has not reported yet',
  'proxy.not-connected': 'not connected; last report {seconds} s ago',
  // Why it did not answer a question.
  'proxy.not-here': 'proxy {proxy} is not connected with this control plane',
  'proxy.asked-much': '{count} questions wait for proxy {proxy} already',
  'proxy.asked-in-vain': 'proxy {proxy} has not answered within {ms} ms',
  'proxy.asked-most': '{count} proxies at most are asked',
  // Why a part of it is not well.
  'proxy.no-answer': 'no answer for {seconds} s; rules and services stay as they are',
  'proxy.snapshot': 'serving snapshot saved {at}, age {seconds}s; {reason}',
  'proxy.refused-here':
    'UNAUTHENTICATED: {address} refuses this proxy: {reason}; give --control-key-file the key that this control plane wrote (proxy-key.json in its data directory) and start again',
  'proxy.not-configured': 'not configured',
  'proxy.reload-refused': 'the last reload was refused; the log says why',
  'proxy.not-tried': 'not tried yet',
  'proxy.connecting': 'connecting',
  'proxy.waiting': 'waiting',
  'proxy.goes-away': 'the server goes away',
  'proxy.registry-goes-away': 'the registry goes away',
  'proxy.no-connection': 'no connection',
  'proxy.no-connection-within': 'no connection within {ms} ms',
  'proxy.broke': 'the connection broke',
  'proxy.stream-ended': 'the stream ended with status {status}',
  'proxy.refuses-rules': '{dataId} version {version} is refused: {reason}',
  'proxy.two': '{first}; {rest}',
  // What happened to it.
  'proxy.rules-in-force': 'version {version} of {dataId} is in force, from the {origin}',
  'proxy.rules-refused': 'version {version} of {dataId} is refused, the one of before stays in force: {reason}',
  'proxy.started-refused': 'started while the control plane refused this proxy ({reason}): {from}',
  'proxy.started-alone': 'started while the control plane was away ({reason}): {from}',
  'proxy.origin-server': 'server',
  'proxy.origin-snapshot': 'snapshot',
  'proxy.from-nothing': 'there is no snapshot, so no rule is in force',
  'proxy.from-snapshot': 'serving the snapshot of {at}',
  'proxy.not-answered': 'it has not answered',
  'proxy.was-away': 'was out of reach for {seconds} s ({reason})',
  'proxy.isolated': '{address} of {service}, rule {rule}: {failed} of {calls} calls failed',
  'proxy.returned': '{address} of {service}, rule {rule}',
  'proxy.rule-state': 'rule {rule} of {resource}',
  // What it cannot read of a call, in the words of the protocol of the call.
  'proxy.not-decoded': '(not decoded: {reason})',
  'proxy.unread-serialization': 'serialization {serialization} is not read, only Hessian 2',
  'proxy.unread-body': 'the body does not begin as calls in Hessian 2 do',
  'proxy.unread-attachments': 'no attachments were found behind the arguments',
  'proxy.unread-large-attachments':
    'the frame is larger than those that are kept whole (max_gathered_request_bytes), so that its attachments are not read',
  'proxy.unread-not-strict': 'the message is not in the strict form of the binary protocol',
  'proxy.unread-fields': 'the fields behind the arguments are not in their form',
  'proxy.unread-large-context': 'the frame is larger than max_gathered_frame_bytes, so that its context is not read',
  'proxy.unread-header-block': 'the header block of the frame is no map',
  'proxy.unread-empty-method': 'sofa_head_method_name is empty',
  'proxy.unread-no-service': 'no header says the service, and {reason}',
  'proxy.unread-no-method': 'no header says the method, and {reason}',
  'proxy.unread-contents': 'contents in serialization {serialization} are not read',
  'proxy.unread-first-bytes': 'the first {bytes} bytes of the content do not say it',
  'proxy.unread-no-request': 'the content is no SofaRequest',
} as const;
