using System.Text;
using Bongsu.Storage.Journal;
using Bongsu.Storage.Tests.Crash;

namespace Bongsu.Storage.Tests.Journal;

public sealed class DiskJournalTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _log = [];

    private string File1 => Path.Combine(_directory.Path, DataLayout.JournalDirectory, "incidents" + DataLayout.JournalSuffix);

    [Fact]
    public async Task Records_come_back_in_order_after_a_restart()
    {
        await using (var journal = Open())
        {
            for (var i = 1; i <= 5; i++)
                Assert.Equal(i, await AppendAsync(journal, $"record {i}"));
            Assert.Equal(1, await journal.AppendAsync("audit", new byte[DiskJournal.MaxRecordBytes], default));
        }
        await using var again = Open();
        Assert.Equal(["1 record 1", "2 record 2", "3 record 3", "4 record 4", "5 record 5"], await ReadAsync(again));
        Assert.Equal(6, await AppendAsync(again, "record 6"));
        Assert.Empty(again.Problems);
    }

    [Fact]
    public async Task Bad_names_and_records_too_large_are_refused()
    {
        await using var journal = Open();
        await Assert.ThrowsAsync<ArgumentException>(async () => await journal.AppendAsync("../x", default, default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await journal.AppendAsync("", default, default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await journal.AppendAsync("x", new byte[DiskJournal.MaxRecordBytes + 1], default));
        Assert.Empty(await ReadAsync(journal));
    }

    [Fact]
    public async Task A_journal_cut_at_any_byte_keeps_the_records_before_and_takes_new_ones()
    {
        await FillAsync(4);
        var bytes = await File.ReadAllBytesAsync(File1);
        var last = 0;
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            await File.WriteAllBytesAsync(File1, bytes[..cut]);
            int kept;
            await using (var journal = Open())
            {
                kept = (await ReadAsync(journal)).Count;
                Assert.InRange(kept, last, 4);
                Assert.Equal(kept + 1, await AppendAsync(journal, "new"));
            }
            last = kept;
            await using var again = Open();
            Assert.Equal(kept + 1, (await ReadAsync(again)).Count);
            Assert.Empty(again.Problems);
        }
        Assert.Equal(4, last);
    }

    [Fact]
    public async Task A_flipped_bit_costs_one_record_and_is_told()
    {
        await FillAsync(4);
        var bytes = await File.ReadAllBytesAsync(File1);
        for (var at = 0; at < bytes.Length; at++)
        {
            await File.WriteAllBytesAsync(File1, bytes);
            WalCrashTests.Flip(File1, at);
            await using var journal = Open();
            Assert.InRange((await ReadAsync(journal)).Count, 3, 4);
            Assert.NotEmpty(journal.Problems);
        }
    }

    [Fact]
    public async Task A_full_disk_refuses_and_leaves_no_trace()
    {
        var disk = new FailingDisk();
        await using (var journal = DiskJournal.Open(disk, _directory.Path, Durability.Fsync, _log.Add))
        {
            await AppendAsync(journal, "record 1");
            disk.IsFull = true;
            await Assert.ThrowsAsync<IOException>(async () => await AppendAsync(journal, "refused"));
            disk.IsFull = false;
            Assert.Equal(2, await AppendAsync(journal, "record 2"));
        }
        await using var again = Open();
        Assert.Equal(["1 record 1", "2 record 2"], await ReadAsync(again));
        Assert.Empty(again.Problems);
    }

    [Fact]
    public async Task Replaced_records_are_gone_and_sequences_go_on()
    {
        await using (var journal = Open())
        {
            for (var i = 1; i <= 100; i++)
                await AppendAsync(journal, $"record {i}");
            var before = new FileInfo(File1).Length;
            await ReplaceAsync(journal, "a", "b");
            Assert.InRange(new FileInfo(File1).Length, 1, before / 10);
            Assert.Equal(["101 a", "102 b"], await ReadAsync(journal));
            Assert.Equal(103, await AppendAsync(journal, "c"));
        }
        await using var again = Open();
        Assert.Equal(["101 a", "102 b", "103 c"], await ReadAsync(again));
        Assert.Equal(104, await AppendAsync(again, "d"));
        Assert.Empty(again.Problems);
    }

    [Fact]
    public async Task A_full_disk_leaves_the_records_that_were_to_be_replaced()
    {
        var disk = new FailingDisk();
        await using (var journal = DiskJournal.Open(disk, _directory.Path, Durability.Fsync, _log.Add))
        {
            await AppendAsync(journal, "record 1");
            disk.IsFull = true;
            await Assert.ThrowsAsync<IOException>(async () => await ReplaceAsync(journal, "a"));
            disk.IsFull = false;
            Assert.Equal(2, await AppendAsync(journal, "record 2"));
        }
        await using var again = Open();
        Assert.Equal(["1 record 1", "2 record 2"], await ReadAsync(again));
        Assert.Empty(again.Problems);
    }

    [Fact]
    public async Task Appends_and_reads_go_on_while_records_are_replaced()
    {
        await using var journal = Open();
        await AppendAsync(journal, "0");
        var appends = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
                await journal.AppendAsync("other", Encoding.UTF8.GetBytes($"{i}"), default);
        });
        for (var i = 1; i <= 50; i++)
        {
            await ReplaceAsync(journal, $"{i}");
            Assert.EndsWith($" {i}", Assert.Single(await ReadAsync(journal)));
        }
        await appends;
        var others = 0;
        await foreach (var _ in journal.ReadAsync("other", default))
            others++;
        Assert.Equal(200, others);
    }

    public void Dispose() => _directory.Dispose();

    private DiskJournal Open() => DiskJournal.Open(new Disk(), _directory.Path, Durability.Os, _log.Add);

    private async Task FillAsync(int records)
    {
        await using var journal = Open();
        for (var i = 1; i <= records; i++)
            await AppendAsync(journal, $"record {i}");
    }

    private static ValueTask<long> AppendAsync(DiskJournal journal, string text) => journal.AppendAsync("incidents", Encoding.UTF8.GetBytes(text), default);

    private static ValueTask ReplaceAsync(DiskJournal journal, params string[] texts) =>
        journal.ReplaceAsync("incidents", [.. texts.Select(t => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(t)))], default);

    private static async Task<List<string>> ReadAsync(DiskJournal journal)
    {
        var records = new List<string>();
        await foreach (var record in journal.ReadAsync("incidents", default))
            records.Add($"{record.Sequence} {Encoding.UTF8.GetString(record.Bytes.Span)}");
        return records;
    }
}
