using AspireKv.Cluster.Lives;
using AspireKv.Encoding;
using AspireKv.Encoding.Values;

namespace AspireKv.Transport.Codec;

/// <summary>
/// Question and answer alike:
/// <code>
/// node, incarnation (8 bytes), starts, position, lives, judged (8 bytes), verdict (1 byte, 0 where judged is 0)
/// </code>
/// </summary>
internal static class LifeTidingsCodec
{
    public static void Write(ByteWriter writer, LifeTidings tidings)
    {
        writer.WriteNode(tidings.Claim.Node);
        writer.WriteFixed64(tidings.Claim.Incarnation);
        writer.WriteStarts(tidings.Claim.Starts);
        writer.WriteNumber(tidings.Claim.Position);
        writer.WriteLives(tidings.Known);
        writer.WriteFixed64(tidings.Judged);
        writer.WriteByte((byte)tidings.Verdict);
    }

    public static LifeTidings Read(ref ByteReader reader)
    {
        var claim = new LifeClaim(reader.ReadNode(), reader.ReadFixed64(), reader.ReadStarts(), reader.ReadNumber("a position"));
        var known = reader.ReadLives();
        var judged = reader.ReadFixed64();
        var verdict = reader.ReadByte();
        if (verdict > (byte)LifeVerdict.Stranger)
        {
            ByteReader.Refuse($"{verdict} is no verdict on a life");
        }

        return new LifeTidings(claim, known, judged, (LifeVerdict)verdict);
    }
}
