using System.Buffers.Binary;

namespace AspireKv.Simulation.Tests.Scenarios;

/// <summary>
/// The numbers that a seed stands for, the same on every machine and in every version of .NET, which <see cref="Random"/> itself does not
/// promise (SplitMix64; Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
/// </summary>
public sealed class SeededRandom(ulong seed) : Random
{
    private ulong _state = seed;

    /// <summary>A generator of its own, so that what draws from it does not shift the numbers of others.</summary>
    public SeededRandom Fork() => new(NextBits());

    public ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15;
        var bits = _state;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    /// <summary>True in this share of the calls; draws nothing when the share is 0.</summary>
    public bool Chance(double share) => share > 0 && NextDouble() < share;

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Next(choices.Count)];

    /// <summary>A duration between the two, to the microsecond.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) =>
        least + TimeSpan.FromMicroseconds(NextInt64((long)(most - least).TotalMicroseconds + 1));

    /// <summary>A duration between the two numbers of milliseconds.</summary>
    public TimeSpan Milliseconds(double least, double most) =>
        TimeSpan.FromMicroseconds((long)((least + (NextDouble() * (most - least))) * 1000));

    public override int Next() => Next(int.MaxValue);

    public override int Next(int maxValue) => (int)NextInt64(maxValue);

    public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

    public override long NextInt64() => NextInt64(long.MaxValue);

    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (long)Math.BigMul(NextBits(), (ulong)maxValue, out _);
    }

    public override long NextInt64(long minValue, long maxValue) => minValue + NextInt64(maxValue - minValue);

    public override double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    public override float NextSingle() => (NextBits() >> 40) * (1.0f / (1U << 24));

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        for (var offset = 0; offset < buffer.Length; offset += word.Length)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, NextBits());
            word[..Math.Min(word.Length, buffer.Length - offset)].CopyTo(buffer[offset..]);
        }
    }

    protected override double Sample() => NextDouble();
}
