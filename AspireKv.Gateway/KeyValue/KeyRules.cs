using System.Text.Unicode;
using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.KeyValue;

/// <summary>
/// What the API demands of a key beside what <see cref="Cluster.Keys.StoreKey"/> does: that it is text, and no longer than is configured.
/// </summary>
internal static class KeyRules
{
    /// <summary>
    /// What is wrong with the key, or null. <c>.</c> and <c>..</c> are refused since too much between client and server resolves them.
    /// </summary>
    public static ApiError? FindFault(ReadOnlySpan<byte> key, int maxBytes) =>
        key.IsEmpty ? ApiError.EmptyKey
        : key.Length > maxBytes ? ApiError.KeyTooLong(maxBytes)
        : !Utf8.IsValid(key) || key.SequenceEqual("."u8) || key.SequenceEqual(".."u8) ? ApiError.InvalidKey
        : null;
}
