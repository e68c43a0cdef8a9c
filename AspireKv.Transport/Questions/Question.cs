using AspireKv.Encoding;
using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Questions;

/// <summary>
/// The descriptor of something that one process asks another and that is answered once: its number on the wire, the peers that may ask, and
/// the codec of both directions. <see cref="PeerQuestions"/> lists all of them.
/// <code>
/// question  correlation, number (1 byte), ask
/// answer    correlation of the question, number (1 byte), answer
/// </code>
/// Questions are rare, so nothing here is tuned; operations and the messages of replicas have kinds of their own.
/// </summary>
public sealed class Question<TAsk, TAnswer>
{
    private readonly AskedBy _askedBy;
    private readonly string _name;
    private readonly Action<ByteWriter, TAsk> _writeAsk;
    private readonly Decoder<TAsk> _readAsk;
    private readonly Action<ByteWriter, TAnswer> _writeAnswer;
    private readonly Decoder<TAnswer> _readAnswer;

    /// <param name="number">What stands for the question on the wire: one number for ever.</param>
    /// <param name="name">The name of the question in messages for operators.</param>
    /// <param name="askedBy">The peers that may ask; the connection of any other one is closed.</param>
    /// <param name="writeAsk">Writes what is asked.</param>
    /// <param name="readAsk">Reads what is asked.</param>
    /// <param name="writeAnswer">Writes the answer.</param>
    /// <param name="readAnswer">Reads the answer.</param>
    internal Question(
        byte number,
        string name,
        AskedBy askedBy,
        Action<ByteWriter, TAsk> writeAsk,
        Decoder<TAsk> readAsk,
        Action<ByteWriter, TAnswer> writeAnswer,
        Decoder<TAnswer> readAnswer)
    {
        Number = number;
        _name = name;
        _askedBy = askedBy;
        _writeAsk = writeAsk;
        _readAsk = readAsk;
        _writeAnswer = writeAnswer;
        _readAnswer = readAnswer;
    }

    internal byte Number { get; }

    public override string ToString() => _name;

    internal bool MayBeAskedBy(PeerRole role) => role switch
    {
        PeerRole.Node => true,
        PeerRole.Gateway => _askedBy == AskedBy.NodesAndGateways,
        _ => false,
    };

    internal void WriteAsk(ByteWriter writer, (long Correlation, TAsk Ask) message)
    {
        writer.WriteNumber(message.Correlation);
        writer.WriteByte(Number);
        _writeAsk(writer, message.Ask);
    }

    /// <summary>Reads what stands behind the number.</summary>
    internal TAsk ReadAsk(ref ByteReader reader)
    {
        var ask = _readAsk(ref reader);
        reader.ExpectEnd();
        return ask;
    }

    internal void WriteAnswer(ByteWriter writer, (long Correlation, TAnswer Answer) message)
    {
        writer.WriteNumber(message.Correlation);
        writer.WriteByte(Number);
        _writeAnswer(writer, message.Answer);
    }

    /// <summary>Reads what stands behind the correlation.</summary>
    internal TAnswer ReadAnswer(ref ByteReader reader)
    {
        var number = reader.ReadByte();
        if (number != Number)
        {
            throw new MalformedMessageException($"The question for {_name} was answered with the answer to question {number}.");
        }

        var answer = _readAnswer(ref reader);
        reader.ExpectEnd();
        return answer;
    }
}
