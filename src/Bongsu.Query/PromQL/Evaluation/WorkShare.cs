namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// Spreads numbered pieces of work over threads. The calling thread works too, and takes whatever pool threads do not: a busy pool makes it slower, never
/// stuck. Which thread does which piece is not determined; whoever needs the same answer every time puts the pieces together by their numbers.
/// </summary>
internal static class WorkShare
{
    /// <param name="pieces">Numbered from 0.</param>
    /// <param name="workers">Most threads; they are numbered from 0.</param>
    /// <param name="work">Takes the number of the worker and of the piece. What it throws ends the rest; that of the lowest piece is thrown here.</param>
    public static void Run(int pieces, int workers, Action<int, int> work)
    {
        workers = Math.Min(workers, pieces);
        if (workers <= 1)
        {
            for (var piece = 0; piece < pieces; piece++)
                work(0, piece);
            return;
        }
        var share = new Share(pieces, work);
        var others = new Task[workers - 1];
        for (var i = 0; i < others.Length; i++)
        {
            var worker = i + 1;
            others[i] = Task.Run(() => share.Take(worker));
        }
        share.Take(0);
        Task.WaitAll(others);
        share.ThrowIfFailed();
    }

    private sealed class Share(int pieces, Action<int, int> work)
    {
        private readonly Lock _lock = new();
        private int _next = -1;
        private int _failedPiece = int.MaxValue;
        private System.Runtime.ExceptionServices.ExceptionDispatchInfo? _failure;

        public void Take(int worker)
        {
            while (Volatile.Read(ref _failure) is null && Interlocked.Increment(ref _next) is var piece && piece < pieces)
            {
                try
                {
                    work(worker, piece);
                }
                catch (Exception failure)
                {
                    Fail(piece, failure);
                }
            }
        }

        public void ThrowIfFailed() => _failure?.Throw();

        private void Fail(int piece, Exception failure)
        {
            lock (_lock)
            {
                if (piece >= _failedPiece)
                    return;
                _failedPiece = piece;
                Volatile.Write(ref _failure, System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(failure));
            }
        }
    }
}
