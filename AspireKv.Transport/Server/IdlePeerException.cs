namespace AspireKv.Transport.Server;

internal sealed class IdlePeerException() : Exception("nothing arrived from it for too long, not even a ping");
