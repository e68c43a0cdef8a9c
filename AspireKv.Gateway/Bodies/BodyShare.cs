using System.Net;

namespace AspireKv.Gateway.Bodies;

/// <summary>What the body of one request has of the budget; given back when it is disposed of. For one thread at a time.</summary>
internal sealed class BodyShare(BodyBudget budget, IPAddress? address) : IDisposable
{
    private long _bytes;

    /// <summary>Takes what is still missing of so many bytes in all, or takes nothing and says that there is no room now.</summary>
    public bool TryGrowTo(long bytes)
    {
        if (bytes <= _bytes)
        {
            return true;
        }

        if (!budget.TryGrow(address, _bytes, bytes))
        {
            return false;
        }

        _bytes = bytes;
        return true;
    }

    public void Dispose()
    {
        if (_bytes > 0)
        {
            budget.Return(address, _bytes);
            _bytes = 0;
        }
    }
}
