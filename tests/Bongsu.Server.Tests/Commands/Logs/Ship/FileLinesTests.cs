using Bongsu.Server.Commands.Logs.Ship;
using Bongsu.Testing;

namespace Bongsu.Server.Tests.Commands.Logs.Ship;

public sealed class FileLinesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bongsu-ship-").FullName;
    private readonly ManualTime _time = new();
    private string _told = "";

    private string Log => Path.Combine(_directory, "app.log");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task AFileIsReadToItsEnd()
    {
        File.WriteAllText(Log, "one\r\n\ntwo é\nthree");
        using var file = new FileLines(Log, follow: false, null, _time);
        Assert.Equal(["one", "", "two é", "three"], await LinesAsync(file));
    }

    [Fact]
    public async Task ARenamedFileIsFinishedBeforeTheNewOneIsBegun()
    {
        File.WriteAllText(Log, "one\n");
        using var file = new FileLines(Log, follow: true, null, _time);
        Assert.Equal(["one"], await LinesAsync(file));
        File.AppendAllText(Log, "two\n");
        File.Move(Log, Log + ".1");
        Assert.Equal(["two"], await LinesAsync(file));
        File.AppendAllText(Log + ".1", "three\n");
        File.WriteAllText(Log, "new one\n");
        Assert.Equal(["three", "new one"], await LinesAsync(file));
        // The last lines of the one before may still be acknowledged.
        Assert.True(file.TryState(0, 14, out var before));
        Assert.True(file.TryState(1, 8, out var state));
        Assert.Equal((14, 8), (before.Offset, state.Offset));
        using (var old = File.OpenHandle(Log + ".1"))
            Assert.Equal((true, false), (before.IsOf(old), state.IsOf(old)));
        Assert.False(file.TryState(1, 99, out _));
    }

    [Fact]
    public async Task ATruncatedFileIsReadFromItsBeginning()
    {
        File.WriteAllText(Log, "one\ntwo\n");
        using var file = new FileLines(Log, follow: true, null, _time);
        Assert.Equal(["one", "two"], await LinesAsync(file));
        using (var stream = new FileStream(Log, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            stream.SetLength(0);
        File.AppendAllText(Log, "x\n");
        Assert.Equal(["x"], await LinesAsync(file));
    }

    [Fact]
    public async Task TheNextRunGoesOnWhereTheLastOneEnded()
    {
        File.WriteAllText(Log, "one\ntwo\n");
        Save(4);
        File.AppendAllText(Log, "three\n");
        using (var file = new FileLines(Log, follow: false, ShipState.Load(Log + ".state"), _time))
            Assert.Equal(["two", "three"], await LinesAsync(file));
        File.WriteAllText(Log, "another file, longer than the one before\n");
        using (var file = new FileLines(Log, follow: false, ShipState.Load(Log + ".state"), _time))
            Assert.Equal(["another file, longer than the one before"], await LinesAsync(file));
        File.WriteAllText(Log + ".state", "{broken");
        Assert.Null(ShipState.Load(Log + ".state"));
        Assert.Null(ShipState.Load(Log + ".none"));
    }

    [Theory]
    [InlineData(".1")]
    [InlineData("-20261121")]
    public async Task AFileThatWasRenamedWhileNothingRanIsGoneOnWith(string suffix)
    {
        File.WriteAllText(Log, "one\ntwo\n");
        Save(4);
        File.AppendAllText(Log, "three\n");
        File.Move(Log, Log + suffix);
        File.WriteAllText(Log, "new one\n");
        Assert.Equal(["two", "three", "new one"], await ResumedAsync());
        Assert.Contains("going on with app.log" + suffix, _told);
    }

    [Fact]
    public async Task WhatWasRotatedSinceIsReadInOrder()
    {
        File.WriteAllText(Log + ".9", "sent long ago\n");
        File.WriteAllText(Log, "banner\none\n");
        Save(11);
        File.AppendAllText(Log, "two\n");
        // As logrotate does, twice; the third beginning is like the others'.
        File.Move(Log, Log + ".2");
        File.WriteAllText(Log + ".1", "banner\nthree, which is longer than what was sent\n");
        File.WriteAllText(Log, "banner\nfour, which is longer than what was sent\n");
        File.WriteAllText(Log + ".gz", "not looked at\n");
        File.WriteAllText(Log + ".1.gz", "nor is this\n");
        Age((".9", 9), (".2", 2), (".1", 1));
        Assert.Equal(["two", "banner", "three, which is longer than what was sent", "banner", "four, which is longer than what was sent"], await ResumedAsync());
    }

    [Fact]
    public async Task ACopyOfATruncatedFileIsGoneOnWith()
    {
        File.WriteAllText(Log, "one\ntwo\n");
        Save(4);
        File.Copy(Log, Path.Combine(_directory, "app-1.log"));
        using (var stream = new FileStream(Log, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            stream.SetLength(0);
        File.AppendAllText(Log, "three, and more than before\n");
        Assert.Equal(["two", "three, and more than before"], await ResumedAsync());
    }

    [Fact]
    public async Task WhatIsGoneIsSaid()
    {
        File.WriteAllText(Log, "one\ntwo\n");
        Save(4);
        File.WriteAllText(Log, "new\n");
        Assert.Equal(["new"], await ResumedAsync());
        Assert.Contains("is not there any more", _told);
    }

    [Fact]
    public async Task AStateOfBeforeThereWereTailsIsRead()
    {
        File.WriteAllText(Log, "one\ntwo\n");
        File.WriteAllText(Log + ".state", $$"""{"Offset":4,"HeadLength":4,"HeadDigest":"{{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("one\n"u8))}}"}""");
        Assert.Equal(["two"], await ResumedAsync());
    }

    private void Save(long offset)
    {
        using var file = File.OpenHandle(Log);
        ShipState.Of(file, offset)!.Save(Log + ".state");
    }

    private void Age(params (string Suffix, int Hours)[] files)
    {
        foreach (var (suffix, hours) in files)
            File.SetLastWriteTimeUtc(Log + suffix, DateTime.UnixEpoch.AddDays(20_000).AddHours(-hours));
    }

    private async Task<List<string>> ResumedAsync()
    {
        using var file = new FileLines(Log, follow: false, ShipState.Load(Log + ".state"), _time, told => _told += told);
        return await LinesAsync(file);
    }

    [Fact]
    public void LongLinesAreCutAndBytesThatAreNoTextReplaced()
    {
        var (splitter, lines) = (new LineSplitter(), new List<(int Length, long End)>());
        splitter.Add(new byte[LineSplitter.MaxLineBytes + 10], (line, end) => lines.Add((line.Length, end)));
        splitter.Add([0xff, (byte)'\n'], (line, end) => lines.Add((line.Length, end)));
        Assert.Equal([(LineSplitter.MaxLineBytes, LineSplitter.MaxLineBytes), (11, LineSplitter.MaxLineBytes + 12L)], lines.Select(l => (l.Length, l.End)));
    }

    private async Task<List<string>> LinesAsync(FileLines file)
    {
        var lines = new List<string>();
        while (true)
        {
            var reading = file.ReadAsync((line, _, _) => lines.Add(line), default);
            if (!reading.IsCompleted)
                _time.Advance(TimeSpan.FromSeconds(1));
            if (await reading != SourceState.More)
                return lines;
        }
    }
}
