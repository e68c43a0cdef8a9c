namespace AspireKv.Transport.Server;

internal sealed class SuperfluousConnectionException()
    : Exception("the node opened newer ones, more than one node may hold, and nothing arrived on any of them for longer than on this one");
