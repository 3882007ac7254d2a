using Bongsu.Telemetry;

namespace Bongsu.Storage.Wal;

/// <summary>A batch on its way through the commit queue, and what is known of its fate so far. The batch is the writer's until <see cref="Complete"/>.</summary>
internal sealed class AppendRequest<TBatch>(TBatch batch)
{
    private readonly TaskCompletionSource<AppendResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Rejection> _rejections = [];

    public TBatch Batch { get; } = batch;

    public Task<AppendResult> Done => _done.Task;

    public int Accepted { get; set; }

    /// <summary>Of a batch of metrics: how many of the accepted are histograms, and the exemplars beside them.</summary>
    public int AcceptedHistograms { get; set; }
    public int AcceptedExemplars { get; set; }

    /// <summary>Counts a refusal; false when it is the first of its reason, which <see cref="Reject"/> then explains.</summary>
    public bool TryReject(RejectReason reason, int count = 1)
    {
        for (var i = 0; i < _rejections.Count; i++)
        {
            if (_rejections[i].Reason != reason)
                continue;
            _rejections[i] = _rejections[i] with { Count = _rejections[i].Count + count };
            return true;
        }
        return false;
    }

    public void Reject(RejectReason reason, string detail, int count = 1)
    {
        if (!TryReject(reason, count))
            _rejections.Add(new Rejection(reason, count, detail));
    }

    public void Complete()
    {
        _rejections.RemoveAll(static rejection => rejection.Count == 0);
        _done.TrySetResult(new AppendResult(Accepted, _rejections) { AcceptedHistograms = AcceptedHistograms, AcceptedExemplars = AcceptedExemplars });
    }

    /// <summary>Refuses what had been accepted so far.</summary>
    public void CompleteRefused(RejectReason reason, string detail)
    {
        if (Accepted > 0)
            Reject(reason, detail, Accepted);
        Accepted = AcceptedHistograms = AcceptedExemplars = 0;
        Complete();
    }

    public void Fail(Exception exception) => _done.TrySetException(exception);
}
