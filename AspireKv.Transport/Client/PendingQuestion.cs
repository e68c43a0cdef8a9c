using AspireKv.Encoding;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;

namespace AspireKv.Transport.Client;

/// <summary>A question whose answer has no outcome of its own: what goes wrong is thrown.</summary>
internal sealed class PendingQuestion<T>(string node, MessageKind answerKind, PendingQuestion<T>.Reader read) : PendingReply
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public delegate T Reader(ref ByteReader reader);

    public Task<T> Task => _completion.Task;

    public override void Complete(MessageKind kind, ref ByteReader reader)
    {
        if (kind != answerKind)
        {
            throw new MalformedMessageException($"A question that {answerKind} answers was answered with {kind}.");
        }

        var answer = read(ref reader);
        reader.ExpectEnd();
        _completion.SetResult(answer);
    }

    public override void Fail(bool wasSent) =>
        _completion.SetException(new NodeUnreachableException($"The connection to {node} broke before the answer came."));

    public override void Expire() => _completion.SetException(new NodeUnreachableException($"{node} did not answer in time."));

    public override void Cancel(CancellationToken cancellationToken) => _completion.SetCanceled(cancellationToken);
}
