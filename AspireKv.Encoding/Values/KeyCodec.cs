using AspireKv.Cluster.Keys;

namespace AspireKv.Encoding.Values;

/// <summary>
/// <code>
/// key        block, a legal key: namespace, zero byte, the bytes of the key
/// key after  the same, and empty to begin with the first key
/// </code>
/// </summary>
public static class KeyCodec
{
    public static void WriteKey(this ByteWriter writer, StoreKey key)
    {
        if (key.Bytes.IsEmpty)
        {
            throw new ArgumentException("A key is empty.", nameof(key));
        }

        writer.WriteKeyAfter(key);
    }

    public static StoreKey ReadKey(this ref ByteReader reader)
    {
        var key = reader.ReadKeyAfter();
        if (key.Length == 0)
        {
            ByteReader.Refuse("a key is empty");
        }

        return key;
    }

    public static void WriteKeyAfter(this ByteWriter writer, StoreKey key) =>
        writer.WriteBlock(key.Bytes, StoreKey.MaxBytes, "the bytes of a key");

    public static StoreKey ReadKeyAfter(this ref ByteReader reader)
    {
        var bytes = reader.ReadBlock(StoreKey.MaxBytes, "the length of a key");
        if (bytes.IsEmpty)
        {
            return default;
        }

        if (!StoreKey.TryCreate(bytes.ToArray(), out var key, out var fault))
        {
            ByteReader.Refuse($"a key is not legal: {fault}");
        }

        return key;
    }
}
