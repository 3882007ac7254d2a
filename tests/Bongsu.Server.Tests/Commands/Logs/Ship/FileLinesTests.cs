using System.Text;
using Bongsu.Server.Commands.Logs.Ship;
using Bongsu.Testing;

namespace Bongsu.Server.Tests.Commands.Logs.Ship;

public sealed class FileLinesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bongsu-ship-").FullName;
    private readonly ManualTime _time = new();

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
        Assert.False(file.TryHead(0, out _));
        Assert.True(file.TryHead(1, out var head));
        Assert.Equal("new one\n", Encoding.UTF8.GetString(head));
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
        ShipState.Of(Encoding.UTF8.GetBytes("one\ntwo\n"), 4).Save(Log + ".state");
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
