using System.Buffers.Binary;

namespace AspireKv.Simulation.Tests.World;

/// <summary>Values are numbers, so that histories can name them.</summary>
internal static class ValueNumber
{
    public static ReadOnlyMemory<byte> Encode(long number)
    {
        var value = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(value, number);
        return value;
    }

    public static long Decode(ReadOnlyMemory<byte> value) => BinaryPrimitives.ReadInt64LittleEndian(value.Span);
}
