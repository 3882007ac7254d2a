using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Pipeline.Derive.Patterns;

namespace Bongsu.Ingest.Tests.Pipeline.Derive;

public sealed class LineTokensTests
{
    [Theory]
    [InlineData("order 4711 was placed", "order <_> was placed")]
    [InlineData("Deleting block blk_-160899 file /mnt/a/blk_160899", "Deleting block <_> file <_>")]
    [InlineData("connection from 10.1.2.3:5432 closed", "connection from <_> closed")]
    [InlineData("connection from fe80::ab:cafe:1 closed", "connection from <_> closed")]
    [InlineData("eth0 FF:F2:9F:16:EB:00:0D:60 up", "<_> up")]
    [InlineData("proxy.example.org:443 open through proxy b.example.org:80 HTTPS", "<_> open through proxy <_> HTTPS")]
    [InlineData("7 bytes (1.2 KB) sent, 9 bytes received, lifetime <1 sec", "<_> sent, <_> received, lifetime <_>")]
    [InlineData("7 bytes sent, 9 bytes received, lifetime 00:02", "<_> sent, <_> received, lifetime <_>")]
    [InlineData("at Sun Jul 10 03:55:15 2005", "at <_>")]
    [InlineData("ids 1, 2, 3 done", "ids <_> done")]
    [InlineData("ids 1 done", "ids <_> done")]
    [InlineData("user=root uid=0", "user=root uid=<_>")]
    [InlineData("Sun sets in May", "Sun sets in May")]
    [InlineData("trailing space ", "trailing space<_>")]
    [InlineData("tab\tand  spaces", "tab  and  spaces")]
    [InlineData("결제 승인 4711건", "결제 승인 <_>")]
    [InlineData("a <_> c", "a <_> c")]
    [InlineData("", "")]
    [InlineData("  ", "<_>")]
    public void Places_that_vary_by_their_form_are_found(string line, string template)
    {
        var tokens = new LineTokens();
        tokens.Read(Encoding.UTF8.GetBytes(line), false);
        Assert.Equal(template, Text(tokens, line));
    }

    [Fact]
    public void Only_the_beginning_of_a_long_line_is_looked_at()
    {
        var line = "start " + new string('x', 1 << 20);
        var tokens = new LineTokens();
        tokens.Read(Encoding.UTF8.GetBytes(line), false);
        Assert.Equal(3, tokens.Count);
        Assert.True(tokens.Tokens[2].IsWildcard);
        tokens.Read(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a b ", 400))), false);
        Assert.InRange(tokens.Count, 1, LineTokens.MaxTokens + 1);
    }

    [Fact]
    public void Any_bytes_become_tokens_that_lie_in_order_within_the_line() => Properties.Hold<byte[]>(bytes =>
    {
        foreach (var line in Lines(bytes))
        {
            var tokens = new LineTokens();
            tokens.Read(line, false);
            var end = 0;
            foreach (var token in tokens.Tokens)
            {
                if (token.IsWildcard)
                    continue;
                Assert.True(token.Start >= end && token.Length > 0 && token.Start + token.Length <= line.Length);
                end = token.Start + token.Length;
            }
        }
        return true;
    });

    [Fact]
    public void A_template_is_read_back_as_it_was_written() => Properties.Hold<byte[]>(bytes =>
    {
        foreach (var line in Lines(bytes))
        {
            var tokens = new LineTokens();
            tokens.Read(line, false);
            var written = new ByteBuffer();
            PatternTemplate.Write(tokens.Tokens, line, written);
            var read = PatternTemplate.Parse(written.Span) ?? [];
            Assert.Equal(tokens.Tokens.ToArray().Select(token => (token.Key, token.Gap)), read.Select(token => (token.Key, token.Gap)));
        }
        return true;
    });

    // Random bytes hardly make words, so each array of them is also a line made of pieces that rules are about.
    private static IEnumerable<byte[]> Lines(byte[] bytes)
    {
        string[] pieces = ["order", "42", " ", "  ", "\t", ":", ",", "(", ")", "<", ">", "_", "=", "Jul", "ms", "KB", "FF", "a.b", "10.0.0.1", "é", "\"", "-", "%", "Mon", "<_>", "\u0001", "x1"];
        yield return bytes;
        yield return [.. bytes.SelectMany(b => Encoding.UTF8.GetBytes(pieces[b % pieces.Length]))];
    }

    private static string Text(LineTokens tokens, string line)
    {
        var text = new ByteBuffer();
        PatternTemplate.Write(tokens.Tokens, Encoding.UTF8.GetBytes(line), text);
        return Encoding.UTF8.GetString(text.Span);
    }
}
