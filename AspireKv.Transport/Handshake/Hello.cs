using System.Security.Cryptography;
using AspireKv.Cluster.Topology;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;
using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Handshake;

/// <summary>
/// The first words of each side:
/// <code>
/// magic "AKVP", version (1 byte), length of what follows (2 bytes, the lowest first),
/// nonce (32 bytes), flags (1 cluster id), role (1 byte), node, process (8 bytes), name, wanted node (0 from a server),
/// oldest and newest feature level, [cluster id]
/// </code>
/// Magic, version and length stay as they are in every later version, so that each side can always say which version the other speaks.
/// </summary>
/// <param name="Nonce">32 random bytes, fresh for each connection: what makes a recorded handshake worthless.</param>
/// <param name="Identity">Who speaks.</param>
/// <param name="Wanted">The node that a client means to reach.</param>
/// <param name="Levels">What the speaker can read and write.</param>
/// <param name="ClusterId">The speaker's cluster, when it knows one.</param>
internal sealed record Hello(byte[] Nonce, PeerIdentity Identity, NodeId Wanted, FeatureLevels Levels, Guid? ClusterId)
{
    public const byte Version = 7;
    public const int NonceBytes = 32;
    public const int HeaderBytes = 7;
    public const int MaxBodyBytes = 512;

    private const int HasClusterId = 1;

    public static ReadOnlySpan<byte> Magic => "AKVP"u8;

    public static Hello Create(LocalPeer local, NodeId wanted) =>
        new(RandomNumberGenerator.GetBytes(NonceBytes), local.Identity, wanted, FeatureLevels.Own, local.ClusterId);

    public byte[] Encode()
    {
        var writer = new ByteWriter();
        writer.WriteRaw(Magic);
        writer.WriteByte(Version);
        writer.WriteByte(0);
        writer.WriteByte(0);
        writer.WriteRaw(Nonce);
        writer.WriteFlags(ClusterId is null ? 0 : HasClusterId);
        writer.WriteByte((byte)Identity.Role);
        writer.WriteNode(Identity.Node);
        writer.WriteFixed64(Identity.ProcessId);
        writer.WriteText(Identity.Name, ValueLimits.MaxNameBytes, "the bytes of a name");
        writer.WriteNode(Wanted);
        writer.WriteNumber(Levels.Oldest);
        writer.WriteNumber(Levels.Newest);
        if (ClusterId is { } clusterId)
        {
            writer.WriteGuid(clusterId);
        }

        var bytes = writer.Written.ToArray();
        var length = bytes.Length - HeaderBytes;
        bytes[5] = (byte)length;
        bytes[6] = (byte)(length >> 8);
        return bytes;
    }

    /// <exception cref="MalformedMessageException">The bytes are no hello.</exception>
    public static Hello Decode(ReadOnlySpan<byte> body)
    {
        try
        {
            return Read(body);
        }
        catch (MalformedBytesException exception)
        {
            throw new MalformedMessageException($"A hello cannot be read: {exception.Message}.", exception);
        }
    }

    private static Hello Read(ReadOnlySpan<byte> body)
    {
        var reader = new ByteReader(body);
        var nonce = reader.ReadRaw(NonceBytes).ToArray();
        var flags = reader.ReadFlags(HasClusterId);
        var role = (PeerRole)reader.ReadByte();
        var node = reader.ReadNode();
        var process = reader.ReadFixed64();
        var name = reader.ReadText(ValueLimits.MaxNameBytes, "the length of a name");
        var wanted = reader.ReadNode();
        var levels = new FeatureLevels(
            reader.ReadInt32(int.MaxValue, "a feature level"), reader.ReadInt32(int.MaxValue, "a feature level"));
        if (levels.Oldest > levels.Newest)
        {
            ByteReader.Refuse("the oldest feature level is above the newest");
        }

        Guid? clusterId = (flags & HasClusterId) != 0 ? reader.ReadGuid() : null;
        reader.ExpectEnd();
        return new Hello(nonce, new PeerIdentity(role, node, process, Printable(name)), wanted, levels, clusterId);
    }

    /// <summary>The name goes into logs before its owner has proved anything.</summary>
    private static string Printable(string name) =>
        name.Any(char.IsControl) ? throw new MalformedMessageException("A name holds control characters.") : name;
}
