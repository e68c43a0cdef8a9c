using System.Buffers;
using System.IO.Pipelines;
using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Handshake;

/// <summary>Reads and writes the few messages of a handshake, and not a byte beyond.</summary>
internal sealed class HandshakeStream(IDuplexPipe pipe)
{
    /// <exception cref="IOException">The other side closed the connection.</exception>
    public async Task<byte[]> ReadAsync(int count, CancellationToken cancellationToken)
    {
        var result = await pipe.Input.ReadAtLeastAsync(count, cancellationToken);
        if (result.Buffer.Length < count)
        {
            pipe.Input.AdvanceTo(result.Buffer.End);
            throw new IOException("The other side closed the connection during the handshake.");
        }

        var taken = result.Buffer.Slice(0, count);
        var bytes = taken.ToArray();
        pipe.Input.AdvanceTo(taken.End);
        return bytes;
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var result = await pipe.Output.WriteAsync(bytes, cancellationToken);
        if (result.IsCompleted)
        {
            throw new IOException("The other side closed the connection during the handshake.");
        }
    }

    /// <summary>Reads a hello; gives its bytes as they came, for the proofs, and what they say.</summary>
    /// <exception cref="HandshakeRefusedException">Not our protocol, or another version of it.</exception>
    public async Task<(byte[] Bytes, Hello Hello)> ReadHelloAsync(CancellationToken cancellationToken)
    {
        var header = await ReadAsync(Hello.HeaderBytes, cancellationToken);
        if (!header.AsSpan().StartsWith(Hello.Magic))
        {
            throw new HandshakeRefusedException(
                HandshakeRefusedException.ProtocolReason, "it does not speak the peer protocol of AspireKv");
        }

        var version = header[Hello.Magic.Length];
        if (version != Hello.Version)
        {
            throw new HandshakeRefusedException(
                HandshakeRefusedException.VersionReason,
                $"it speaks version {version} of the peer protocol, and this process speaks version {Hello.Version}");
        }

        var length = header[^2] | (header[^1] << 8);
        if (length is 0 or > Hello.MaxBodyBytes)
        {
            throw new MalformedMessageException($"A hello of {length} bytes is announced; 1 to {Hello.MaxBodyBytes} are legal.");
        }

        var body = await ReadAsync(length, cancellationToken);
        return ([.. header, .. body], Hello.Decode(body));
    }
}
