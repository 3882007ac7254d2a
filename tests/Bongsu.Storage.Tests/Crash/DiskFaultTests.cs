using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;
using Microsoft.Win32.SafeHandles;

namespace Bongsu.Storage.Tests.Crash;

/// <summary>One life of a store in which one operation of the disk fails, whichever it is: what was accepted is there once, what was refused is not, and the store goes on.</summary>
public sealed class DiskFaultTests : IDisposable
{
    private readonly TemporaryDirectory _directories = new();
    private readonly ManualTime _time = new();
    private readonly SortedSet<string> _accepted = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _refused = new(StringComparer.Ordinal);

    [Fact]
    public async Task Any_one_operation_that_fails_loses_nothing_and_passes()
    {
        var fault = 0;
        for (; await LivesAsync(fault); fault++)
        {
        }
        // Fewer would mean that the life below no longer does what it should.
        Assert.InRange(fault, 60, 1000);
    }

    public void Dispose() => _directories.Dispose();

    // False: the life ended before its fault came.
    private async Task<bool> LivesAsync(int fault)
    {
        _accepted.Clear();
        _refused.Clear();
        var options = new DiskStoreOptions { Directory = Path.Combine(_directories.Path, $"{fault}"), FlushInterval = TimeSpan.FromDays(1000), WalFileBytes = 700 };
        var disk = new FaultyDisk { Left = fault };
        await using (var store = OpenAnyhow(options, disk))
        {
            for (var step = 0; step < 9; step++)
            {
                await AppendAsync(store, step);
                await WorkAsync(store, step);
            }
            disk.Left = int.MaxValue;
            await AppendAsync(store, 9);
            Assert.Equal(_accepted, await StoreContent.ReadAsync(store));
            Assert.True(_refused.Count <= 1, $"operation {fault} ({disk.Failed}) refused more than what it hit: {string.Join("; ", _refused)}");
            store.Maintain();
            Assert.DoesNotContain(store.Status.Problems, p => p.StartsWith("Cannot write", StringComparison.Ordinal) || p.StartsWith("Cannot seal", StringComparison.Ordinal));
        }
        await using (var again = DiskStore.Open(options, _time, null, new Disk(), default))
        {
            var found = await StoreContent.ReadAsync(again);
            Assert.Empty(_accepted.Except(found));
            Assert.Empty(found.Except(_accepted).Except(_refused));
            Assert.Equal(found.Count, found.Distinct().Count());
        }
        Directory.Delete(options.Directory, recursive: true);
        return disk.Failed is not null;
    }

    private DiskStore OpenAnyhow(DiskStoreOptions options, FaultyDisk disk)
    {
        try
        {
            return DiskStore.Open(options, _time, null, disk, default);
        }
        catch (IOException)
        {
            return DiskStore.Open(options, _time, null, disk, default);
        }
    }

    private async Task AppendAsync(DiskStore store, int step)
    {
        var nanos = (_time.NowMs + step) * 1_000_000;
        Note(await store.AppendAsync(TelemetryFixtures.Samples(LabelSet.Of(("__name__", "m")), (_time.NowMs + step, step)), default),
            $"sample {LabelSet.Of(("__name__", "m"))} {_time.NowMs + step} {BitConverter.DoubleToInt64Bits(step):x}");
        var log = TelemetryFixtures.Logs(LabelSet.Of(("app", "a")), (nanos, $"line {step}"));
        var line = "log " + TelemetryFixtures.Describe(log, 0);
        Note(await store.AppendAsync(log, default), line);
        var span = TelemetryFixtures.RichSpan(new(1, 1), new((ulong)step + 1), "api", "GET", nanos);
        line = "span " + TelemetryFixtures.Describe(span, 0);
        Note(await store.AppendAsync(span, default), line);
    }

    private void Note(AppendResult result, string line)
    {
        (result.Accepted == 1 ? _accepted : _refused).Add(line);
        if (result.Accepted == 0)
            Assert.Equal(RejectReason.DiskFull, Assert.Single(result.Rejections).Reason);
    }

    private static async Task WorkAsync(DiskStore store, int step)
    {
        try
        {
            if (step is 1 or 2 or 3 or 5)
                store.SealAll();
            if (step is 4)
                await store.SnapshotAsync(default);
            if (step is 6)
                await store.DeleteAsync(new SeriesSelect(0, 1, []), default);
            if (step is 7)
                store.Maintain();
            if (step is 8)
                await store.CleanTombstonesAsync(default);
        }
        catch (IOException)
        {
            // Told to whoever asked for it.
        }
    }

    /// <summary>Fails once, at a given operation that changes the disk; a write that fails leaves half of its bytes.</summary>
    private sealed class FaultyDisk : Disk
    {
        private int _left;

        public int Left { set => _left = value; }

        public string? Failed { get; private set; }

        public override SafeFileHandle Create(string path)
        {
            Pass("create", path);
            return base.Create(path);
        }

        public override SafeFileHandle OpenForAppend(string path)
        {
            Pass("open", path);
            return base.OpenForAppend(path);
        }

        public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
        {
            try
            {
                Pass("write", "");
            }
            catch (IOException)
            {
                base.Write(file, bytes[..(bytes.Length / 2)], offset);
                throw;
            }
            base.Write(file, bytes, offset);
        }

        public override void Sync(SafeFileHandle file)
        {
            // Not really: nothing here outlives the process.
            Pass("sync", "");
        }

        public override void SyncDirectory(string path)
        {
            Pass("sync", path);
        }

        public override void SetLength(SafeFileHandle file, long length)
        {
            Pass("cut", "");
            base.SetLength(file, length);
        }

        public override void Rename(string from, string to)
        {
            Pass("rename", to);
            base.Rename(from, to);
        }

        public override void Link(string existing, string name)
        {
            Pass("link", name);
            base.Link(existing, name);
        }

        public override void Delete(string path)
        {
            Pass("delete", path);
            base.Delete(path);
        }

        private void Pass(string operation, string path)
        {
            if (Interlocked.Decrement(ref _left) != -1)
                return;
            Failed = $"{operation} {Path.GetFileName(path)}";
            throw new IOException("No space left on device");
        }
    }
}
