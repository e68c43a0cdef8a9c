namespace AspireKv.Transport.Client;

internal sealed class NodeSilentException(TimeSpan silence) : Exception($"Nothing arrived for {silence}.")
{
    public TimeSpan Silence { get; } = silence;
}
