using Bongsu.Server.Commands.Logs.Ship;
using Bongsu.Testing;

namespace Bongsu.Server.Tests.Commands.Logs.Ship;

public sealed class RecordJoinerTests
{
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData("ERROR order failed\njava.lang.IllegalStateException: boom\n\tat a.B.c(B.java:1)\n\t... 3 more\nCaused by: java.io.IOException: x\n\tat d.E.f(E.java:2)", 2)]
    [InlineData("Unhandled exception. System.Exception: boom\n ---> System.IO.IOException: x\n   at A.B() in /a.cs:line 1\n   --- End of inner exception stack trace ---\n   at C.D()", 1)]
    [InlineData("ERROR failed\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\nValueError: boom\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"a.py\", line 2\nKeyError: 'x'", 1)]
    [InlineData("panic: boom\n\ngoroutine 1 [running]:\nmain.(*server).handle(0xc000010000)\n\t/app/main.go:10 +0x1d\nmain.main()\n\t/app/main.go:5 +0x1d\nexit status 2", 1)]
    [InlineData("Error: boom\n    at Object.<anonymous> (/a.js:1:7)\n    at node:internal/main:1:1 {\n  code: 'X'", 1)]
    public void StackTracesAreOneRecord(string text, int records)
    {
        var joined = Join("auto", ["before", .. text.Split('\n'), "after"]);
        Assert.Equal(records + 2, joined.Count);
        Assert.Equal("before", joined[0]);
        Assert.Equal("after", joined[^1]);
        Assert.Equal($"before\n{text}\nafter", string.Join('\n', joined));
    }

    [Fact]
    public void OrdinaryLinesAreRecordsOfTheirOwn() => Assert.Equal(["a", "b(c)", "", "goroutine pool is full", "done."], Join("auto", "a", "b(c)", "", "goroutine pool is full", "done."));

    [Fact]
    public void OffJoinsNothing() => Assert.Equal(["a", "  b"], Join("off", "a", "  b"));

    [Fact]
    public void AnExpressionSaysWhereRecordsBegin() => Assert.Equal(["x", "2026 a\nb", "2026 c"], Join("^\\d{4} ", "x", "2026 a", "b", "2026 c"));

    [Theory]
    [InlineData("(")]
    [InlineData("(?=a)")]
    public void WhatIsNoExpressionIsToldSo(string text)
    {
        Assert.False(LineJoin.TryParse(text, out _, out var problem));
        Assert.Contains("--multiline", problem);
    }

    [Fact]
    public void ARecordWithoutEndIsCut()
    {
        var joined = Join("auto", ["start", .. Enumerable.Repeat("  at x", 5_000)]);
        Assert.Equal(3, joined.Count);
        Assert.All(joined, record => Assert.True(record.Split('\n').Length <= RecordJoiner.MaxLines));
    }

    [Fact]
    public void ARecordIsCompleteWhenNothingFollowsForAWhile()
    {
        var joiner = new RecordJoiner(Parse("auto"), _time);
        Assert.Null(joiner.Add("one", 4, 0));
        Assert.Null(joiner.TakeLate());
        _time.Advance(RecordJoiner.Patience);
        Assert.Equal(("one", 4L), (joiner.TakeLate() is { } late ? (late.Text, late.EndOffset) : default));
        Assert.Null(joiner.Take());
    }

    [Fact]
    public void NoTwoRecordsHaveOneTime()
    {
        var joiner = new RecordJoiner(Parse("off"), _time);
        joiner.Add("a", 2, 0);
        var (first, second) = (joiner.Add("a", 4, 0)!, joiner.Take()!);
        Assert.Equal(first.TimeNanos + 1, second.TimeNanos);
    }

    private List<string> Join(string multiline, params IReadOnlyList<string> lines)
    {
        var joiner = new RecordJoiner(Parse(multiline), _time);
        var records = lines.Select((line, i) => joiner.Add(line, i, 0)).OfType<ShippedLine>().ToList();
        records.Add(joiner.Take()!);
        return [.. records.Select(r => r.Text)];
    }

    private static LineJoin Parse(string multiline) => LineJoin.TryParse(multiline, out var join, out var problem) ? join! : throw new ArgumentException(problem);
}
