using CsCheck;

namespace AspireKv.Encoding.Tests;

/// <summary>
/// Whatever bytes a value is read from: they are read, or refused by the one exception, and take no more memory than they justify.
/// </summary>
/// <param name="decoders">Well-formed bytes of each kind, and what reads them.</param>
internal sealed class DecoderFuzz(params (byte[] Sample, Action<byte[]> Decode)[] decoders)
{
    /// <summary>For a few bytes, and for what decoded objects weigh beside their bytes.</summary>
    private const long FixedBytes = 16 * 1024;
    private const int BytesForAByte = 200;

    public static (byte[] Sample, Action<byte[]> Decode) Pair<T>(Action<ByteWriter> write, Decoder<T> read) =>
        (Bytes.Encode(write), bytes => Bytes.Decode(bytes, read));

    /// <summary>A few bytes of a sample are changed, and up to <paramref name="maxCut"/> are missing at its end.</summary>
    public void Change(int maxCut)
    {
        var edits = Gen.Select(Gen.Int[0, 10_000], Gen.Byte).Array[1, 4];
        Gen.Select(Gen.Int[0, decoders.Length - 1], edits, Gen.Int[0, maxCut]).Sample(
            (decoder, changes, cut) =>
            {
                var bytes = decoders[decoder].Sample.ToArray();
                foreach (var (position, value) in changes)
                {
                    bytes[position % bytes.Length] = value;
                }

                DecodeOrRefuse(decoders[decoder].Decode, cut < bytes.Length ? bytes[..^cut] : bytes);
            },
            iter: 100_000);
    }

    public void Randomize() => Gen.Select(Gen.Int[0, decoders.Length - 1], Gen.Byte.Array[0, 200]).Sample(
        (decoder, bytes) => DecodeOrRefuse(decoders[decoder].Decode, bytes), iter: 100_000);

    /// <summary>Each sample is read whole, and refused with an end missing and with a byte too many.</summary>
    public void Truncate()
    {
        foreach (var (sample, decode) in decoders)
        {
            for (var length = 0; length < sample.Length; length++)
            {
                Assert.Throws<MalformedBytesException>(() => decode(sample[..length]));
            }

            decode(sample);
            Assert.Throws<MalformedBytesException>(() => decode([.. sample, 0]));
        }
    }

    private static void DecodeOrRefuse(Action<byte[]> decode, byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            decode(bytes);
        }
        catch (MalformedBytesException)
        {
            // The one way to say no.
        }

        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken <= FixedBytes + ((long)bytes.Length * BytesForAByte), $"{taken} bytes of memory for {bytes.Length}");
    }
}
