using AspireKv.Encoding;
using AspireKv.Transport.Codec;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Frames;

namespace AspireKv.Transport.Client;

internal sealed class PendingExecution(TaskCreationOptions creationOptions) : PendingReply
{
    private readonly TaskCompletionSource<OperationReply> _completion = new(creationOptions);

    public Task<OperationReply> Task => _completion.Task;

    public override void Complete(MessageKind kind, ref ByteReader reader)
    {
        if (kind != MessageKind.OperationResult)
        {
            throw new MalformedMessageException($"An operation was answered with {kind}.");
        }

        var result = OperationResultCodec.Read(ref reader);
        reader.ExpectEnd();
        _completion.SetResult(new OperationReply(Delivery.Answered, result));
    }

    public override void Fail(bool wasSent) => _completion.SetResult(wasSent ? OperationReply.Unknown : OperationReply.NotConnected);

    public override void Expire() => _completion.SetResult(OperationReply.Unknown);

    public override void Cancel(CancellationToken cancellationToken) => _completion.SetResult(OperationReply.Unknown);
}
