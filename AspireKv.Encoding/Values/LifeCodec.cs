using AspireKv.Cluster.Lives;

namespace AspireKv.Encoding.Values;

/// <summary>
/// <code>
/// starts  count, for each: number, word (8 bytes), position
/// lives   count, for each: node, incarnation (8 bytes), marks (as starts), count of past incarnations, each 8 bytes
/// </code>
/// </summary>
public static class LifeCodec
{
    public static void WriteStarts(this ByteWriter writer, IReadOnlyList<LifeStart> starts)
    {
        writer.WriteCount(starts.Count, ValueLimits.MaxStarts, "the starts of a node");
        foreach (var start in starts)
        {
            Write(writer, start.Number, start.Word, start.Position);
        }
    }

    public static LifeStart[] ReadStarts(this ref ByteReader reader)
    {
        var starts = new LifeStart[reader.ReadCount(ValueLimits.MaxStarts, "the starts of a node")];
        for (var i = 0; i < starts.Length; i++)
        {
            starts[i] = new LifeStart(reader.ReadNumber("a start"), reader.ReadFixed64(), reader.ReadNumber("a position"));
        }

        if (starts.Length == 0)
        {
            ByteReader.Refuse("a node has no start");
        }

        return starts;
    }

    public static void WriteLives(this ByteWriter writer, IReadOnlyCollection<KnownLife> lives)
    {
        writer.WriteCount(lives.Count, ValueLimits.MaxMembers, "the lives of nodes");
        foreach (var life in lives)
        {
            writer.WriteNode(life.Node);
            writer.WriteFixed64(life.Incarnation);
            writer.WriteCount(life.Marks.Count, KnownLife.MaxMarks, "the marks of a life");
            foreach (var mark in life.Marks)
            {
                Write(writer, mark.Number, mark.Word, mark.Position);
            }

            writer.WriteCount(life.Past.Count, KnownLife.MaxPast, "the past lives of a node");
            foreach (var past in life.Past)
            {
                writer.WriteFixed64(past);
            }
        }
    }

    public static KnownLife[] ReadLives(this ref ByteReader reader)
    {
        var lives = new KnownLife[reader.ReadCount(ValueLimits.MaxMembers, "the lives of nodes")];
        for (var i = 0; i < lives.Length; i++)
        {
            lives[i] = new KnownLife(reader.ReadNode(), reader.ReadFixed64(), ReadMarks(ref reader), ReadPast(ref reader));
        }

        return lives;
    }

    private static LifeMark[] ReadMarks(ref ByteReader reader)
    {
        var marks = new LifeMark[reader.ReadCount(KnownLife.MaxMarks, "the marks of a life")];
        for (var i = 0; i < marks.Length; i++)
        {
            marks[i] = new LifeMark(reader.ReadNumber("a start"), reader.ReadFixed64(), reader.ReadNumber("a position"));
        }

        return marks;
    }

    private static ulong[] ReadPast(ref ByteReader reader)
    {
        var past = new ulong[reader.ReadCount(KnownLife.MaxPast, "the past lives of a node")];
        for (var i = 0; i < past.Length; i++)
        {
            past[i] = reader.ReadFixed64();
        }

        return past;
    }

    private static void Write(ByteWriter writer, long number, ulong word, long position)
    {
        writer.WriteNumber(number);
        writer.WriteFixed64(word);
        writer.WriteNumber(position);
    }
}
