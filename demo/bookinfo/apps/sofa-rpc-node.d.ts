export interface SofaServer {
    addService(service: {
        interfaceName: string;
        version?: string;
    }, methods: Record<string, (...args: never[]) => Promise<unknown>>): void;
    start(): Promise<unknown>;
    close(): Promise<unknown>;
}
export interface SofaConsumer {
    ready(): Promise<void>;
    invoke(method: string, args: readonly unknown[], options?: {
        responseTimeout?: number;
        requestProps?: object;
    }): Promise<unknown>;
}
export interface SofaClient {
    createConsumer(options: {
        interfaceName: string;
        version?: string;
        serverHost: string;
        responseTimeout?: number;
    }): SofaConsumer;
    close(): Promise<unknown>;
}
export declare function createSofaServer(port: number): SofaServer;
export declare function createSofaClient(): SofaClient;
/** The contract between reviews and ratings. */
export declare const RATINGS: {
    readonly interfaceName: 'com.weft.bookinfo.RatingsService';
    readonly version: '1.0';
};
//# sourceMappingURL=sofa-rpc-node.d.ts.map