namespace AspireKv.Transport.Server;

internal sealed class SlowReaderException() : Exception("it does not read its answers; its send buffer is at the bound");
