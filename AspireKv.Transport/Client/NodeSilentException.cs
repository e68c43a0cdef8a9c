namespace AspireKv.Transport.Client;

internal sealed class NodeSilentException(TimeSpan silence) : Exception($"No ping was answered for {silence}.")
{
    public TimeSpan Silence { get; } = silence;
}
