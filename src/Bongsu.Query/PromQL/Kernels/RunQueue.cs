using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Kernels;

/// <summary>
/// Folds the runs of one window after the other. A run cannot be taken out of a fold, so the older runs of a window are kept as folds from each of them up
/// to a turning point and the newer ones as one fold that grows; when the window has left the older ones, the newer become the older. Each run is folded
/// twice however much windows overlap, and once where they do not. Windows must ascend. Reused; one for each thread.
/// </summary>
internal sealed class RunQueue
{
    // Hot path: 0 B/op (see RunQueryBenchmark).
    private RunFold[] _older = new RunFold[16];
    private RunFold _newer;
    private int _low;
    private int _turn;
    private int _high;

    /// <summary>Before the first window of other runs.</summary>
    public void Clear() => (_low, _turn, _high) = (0, 0, 0);

    /// <summary>Folds the runs that end after begin, and not after end; false when there are none.</summary>
    public bool TryFold(ReadOnlySpan<SampleRun> runs, long beginMs, long endMs, out RunFold fold)
    {
        while (_low < runs.Length && runs[_low].LastMs <= beginMs)
            _low++;
        if (_low >= _high)
            _turn = _high = _low;
        else if (_low > _turn)
            Turn(runs);
        while (_high < runs.Length && runs[_high].LastMs <= endMs)
            Take(runs[_high]);
        fold = default;
        if (_low == _high)
            return false;
        if (_low == _turn)
            fold = _newer;
        else
            fold = _turn == _high ? _older[_low] : _older[_low].Then(_newer);
        return true;
    }

    private void Take(in SampleRun run)
    {
        var next = RunFold.Of(run);
        _newer = _turn == _high ? next : _newer.Then(next);
        _high++;
    }

    private void Turn(ReadOnlySpan<SampleRun> runs)
    {
        if (_older.Length < _high)
            _older = new RunFold[Math.Max(runs.Length, _older.Length * 2)];
        var fold = RunFold.Of(runs[_high - 1]);
        _older[_high - 1] = fold;
        for (var i = _high - 2; i >= _low; i--)
            _older[i] = fold = RunFold.Of(runs[i]).Then(fold);
        _turn = _high;
    }
}
