using AspireKv.Encoding;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Questions;

namespace AspireKv.Transport.Server;

/// <summary>A question that this process answers, together with its handler.</summary>
internal abstract class QuestionRoute
{
    public abstract byte Number { get; }

    public abstract bool MayBeAskedBy(PeerRole role);

    /// <summary>Reads what is asked and calls the handler.</summary>
    public abstract void Ask(ServerConnection from, long correlation, ref ByteReader reader);
}

/// <inheritdoc/>
internal sealed class QuestionRoute<TAsk, TAnswer>(Question<TAsk, TAnswer> question, IQuestionHandler<TAsk, TAnswer> handler)
    : QuestionRoute
{
    public override byte Number => question.Number;

    public override bool MayBeAskedBy(PeerRole role) => question.MayBeAskedBy(role);

    public override void Ask(ServerConnection from, long correlation, ref ByteReader reader)
    {
        var ask = question.ReadAsk(ref reader);
        handler.OnAsked(new Asked<TAsk, TAnswer>(from, ask, answer => from.SendAnswer(question, correlation, answer)));
    }

    public override string ToString() => question.ToString();
}
