using AspireKv.Encoding;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;
using AspireKv.Transport.Questions;

namespace AspireKv.Transport.Client;

/// <summary>A question on its way. Its answer has no outcome of its own: what goes wrong is thrown.</summary>
internal sealed class PendingQuestion<TAsk, TAnswer>(Question<TAsk, TAnswer> question, string node) : PendingReply
{
    private readonly TaskCompletionSource<TAnswer> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TAnswer> Task => _completion.Task;

    public override void Complete(MessageKind kind, ref ByteReader reader)
    {
        if (kind != MessageKind.Answer)
        {
            throw new MalformedMessageException($"The question for {question} was answered with {kind}.");
        }

        _completion.SetResult(question.ReadAnswer(ref reader));
    }

    public override void Fail(bool wasSent) =>
        _completion.SetException(new NodeUnreachableException($"The connection to {node} broke before the answer came."));

    public override void Expire() => _completion.SetException(new NodeUnreachableException($"{node} did not answer in time."));

    public override void Cancel(CancellationToken cancellationToken) => _completion.SetCanceled(cancellationToken);
}
