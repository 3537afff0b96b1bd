export { chosenHosts, type HostChoices } from './chosen-hosts.ts';
export { MESSAGES, Message, type MessageId, message, messageText } from './messages.ts';
export { problemMessage } from './problem-message.ts';
export { proxyMessage } from './proxy-message.ts';
