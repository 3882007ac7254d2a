using Bongsu.Storage.Frames;
using Bongsu.Storage.Head;
using Bongsu.Storage.Rollups;
using Bongsu.Storage.Segments;

namespace Bongsu.Storage.Blocks;

/// <summary>
/// Holds the view of the metric engine, and keeps its blocks: merges them, makes their rollups, takes out what was deleted, forgets what is too old. The view
/// may be read and changed by any thread; all else is called by one at a time.
/// </summary>
internal sealed class BlockKeeper : IDisposable
{
    private const long RetentionLookMs = 3_600_000;

    private readonly EventStoreSetup _setup;
    private readonly string _directory;
    private readonly LabelSetPool _pool;
    private readonly RollupMaker _rollups;
    private readonly object _viewLock = new();
    private volatile MetricView _view;
    private long _lookedInsideMs = -RetentionLookMs;
    private string? _compactProblem;

    public BlockKeeper(EventStoreSetup setup, string directory, LabelSetPool pool, MetricBlock[] blocks)
    {
        (_setup, _directory, _pool) = (setup, directory, pool);
        _rollups = new RollupMaker(setup, directory, pool);
        _view = new MetricView(blocks, [], [], DeletionFile.Read(DeletionsPath(directory), setup.Problems))
        {
            Rollups = BlockDirectory.OpenRollups(setup, directory, pool),
            RawFromMs = RawFromFile.Read(RawFromPath(directory), setup.Problems) ?? BlockDirectory.MinTimeMs(blocks),
        };
    }

    public MetricView View => _view;

    public long SizeBytes
    {
        get
        {
            var size = 0L;
            foreach (var block in (MetricBlock[])[.. _view.Blocks, .. _view.Rollups])
                size += block.SizeBytes;
            return size;
        }
    }

    /// <summary>What is too old by now.</summary>
    public RetentionRules Retention => new(_setup.Options, _setup.Clock.EarliestMs);

    private long RunningMs => _setup.Clock.RunningMs;

    public static string DeletionsPath(string directory) => Path.Combine(directory, DataLayout.DeletionsFile);

    public static string RawFromPath(string directory) => Path.Combine(directory, DataLayout.RawFromFile);

    /// <summary>Puts a view in the place of the one before.</summary>
    public void Change(Func<MetricView, MetricView> change)
    {
        lock (_viewLock)
            _view = change(_view);
    }

    /// <summary>Merges one run of blocks if there is one worth it, else makes the rollups of a day.</summary>
    public void Compact()
    {
        if (MetricCompactor.Plan(_view.Blocks) is { } run && Rewrite(run))
            return;
        if (_rollups.MakeNext(_view) is { } rollups)
            Publish(rollups);
    }

    /// <summary>Rewrites the blocks that hold deleted samples.</summary>
    public void CleanDeletions()
    {
        foreach (var block in _view.Blocks)
        {
            if (PlaceFinder.Concerning(_view.Deletions, block).Length > 0 && !Rewrite([block]))
                return;
        }
        if (_view.Deletions.Length == 0)
            return;
        var areMade = _rollups.TryMakeDeleted(_view, out var rollups);
        Publish(rollups);
        if (!areMade)
            return;
        DeletionFile.Write(_setup.Disk, DeletionsPath(_directory), []);
        Change(view => view with { Deletions = [] });
    }

    /// <summary>Forgets what is older than its retention: whole blocks, and those of which only series with a longer one are left.</summary>
    public void ApplyRetention()
    {
        var rules = Retention;
        var oldest = rules.IsEmpty ? rules.DefaultOldestMs : rules.OldestMs;
        // Looking at every series takes its time, and what is kept for days need not go within minutes.
        var looksInside = !rules.IsEmpty && RunningMs - _lookedInsideMs >= RetentionLookMs;
        if (looksInside)
            _lookedInsideMs = RunningMs;
        foreach (var block in _view.Rollups)
        {
            if (block.EndMs < rules.OldestOf(block.Rollup!))
                Drop(block);
        }
        foreach (var block in _view.Blocks)
        {
            if (block.MaxTimeMs < oldest && TryRollUp(block))
                Drop(block);
            else if (looksInside && block.MaxTimeMs < rules.DefaultOldestMs && RetentionCheck.HasExpired(block, rules, RunningMs) && TryRollUp(block))
                Rewrite([block]);
        }
    }

    /// <summary>The block whose last sample is the oldest.</summary>
    public MetricBlock? Oldest()
    {
        MetricBlock? oldest = null;
        foreach (var block in (MetricBlock[])[.. _view.Blocks, .. _view.Rollups])
        {
            if (oldest is null || block.MaxTimeMs < oldest.MaxTimeMs)
                oldest = block;
        }
        return oldest;
    }

    /// <summary>Deletes a block, and remembers where it takes samples away that rollups are kept of.</summary>
    public void Drop(MetricBlock block)
    {
        if (block.Rollup is null && _view.Rollups.Length > 0 && block.MaxTimeMs >= _view.RawFromMs)
        {
            var rawFromMs = block.MaxTimeMs + 1;
            try
            {
                RawFromFile.Write(_setup.Disk, RawFromPath(_directory), rawFromMs);
            }
            catch (IOException e)
            {
                _setup.Problems.Add($"Cannot write {RawFromPath(_directory)}: {e.Message}. It is tried again when the next block goes.");
            }
            Change(view => view with { RawFromMs = rawFromMs });
        }
        Delete(block);
    }

    public void Dispose()
    {
        foreach (var block in (MetricBlock[])[.. _view.Blocks, .. _view.Rollups])
            block.Close();
    }

    private void Publish(MetricBlock[] rollups) => Change(view => view with { Rollups = rollups });

    // The last moment for it: false when the disk refuses, and then the block stays.
    private bool TryRollUp(MetricBlock block)
    {
        var isMade = _rollups.TryMakeAllOf(block, _view, out var rollups);
        Publish(rollups);
        return isMade;
    }

    private void Delete(MetricBlock block)
    {
        Change(view => view with { Blocks = Array.FindAll(view.Blocks, other => other != block), Rollups = Array.FindAll(view.Rollups, other => other != block) });
        try
        {
            // Why: readers may still hold the file; its handle goes when the last of them does.
            _setup.Disk.Delete(block.Path);
        }
        catch (IOException e)
        {
            _setup.Problems.Add($"Cannot delete {block.Path}: {e.Message}");
        }
    }

    // Merges a run, or rewrites a single block, without what was deleted or is past its retention; false when it stays as it is.
    private bool Rewrite(List<MetricBlock> run)
    {
        try
        {
            if (!MetricCompactor.TryMerge(_setup.Disk, run, _view.Deletions, Retention, CancellationToken.None))
                return false;
        }
        catch (IOException e)
        {
            _setup.Problems.Set(ref _compactProblem, $"Cannot merge metric blocks: {e.Message}. They stay as they are, and it is tried again.");
            return false;
        }
        _setup.Problems.Set(ref _compactProblem, null);
        var merged = MetricBlock.Open(run[^1].Path, _setup.Problems, _pool);
        Change(view => view with { Blocks = Array.ConvertAll(view.Blocks, block => block == run[^1] ? merged : block) });
        for (var i = 0; i < run.Count - 1; i++)
            Delete(run[i]);
        return true;
    }
}
