using System.Text;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Segments;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Storage.Tests.Segments;

/// <summary>The texts of one field come back byte for byte in every form, and are found in each.</summary>
public sealed class FieldColumnTests
{
    private static readonly string[] s_shapes =
    [
        "reserved {0} of SKU-{1} in warehouse {0}", "order {1} accepted for {0}.{2:00} EUR", "cache miss for key session:{3:x8} in {0} us", "v{0}beta", "{3:x16}", "{3:x16}0", "{1:000000}", "007 and 00", "request finished",
        "f00d", "café {0} ☕", "{0}{1}", "-{0}", "{3}{3}{3}", "x_{0}_y", "dead beef {3:x4}", "DEADBEEF{0}", "0", "", "{0}e{2}", "quote \\\"{0}\\\"",
    ];

    [Fact]
    public void Texts_of_few_patterns_come_back_and_are_found()
    {
        var random = new Random(21);
        var patterns = 0;
        for (var run = 0; run < 40; run++)
        {
            var shapes = Enumerable.Range(0, random.Next(1, 8)).Select(_ => s_shapes[random.Next(s_shapes.Length)]).ToArray();
            var texts = Enumerable.Range(0, random.Next(520, 1500)).Select(_ => Text(random, shapes[random.Next(shapes.Length)])).ToList();
            // Some that have no pattern.
            for (var i = random.Next(60); i > 0; i--)
                texts[random.Next(texts.Count)] = random.Next(2) == 0 ? "a\tb" : new string('9', random.Next(17, 30)) + Convert.ToHexString(Encoding.UTF8.GetBytes($"{random.Next()}"));
            patterns += AssertRoundTrip(texts, random) == FieldForm.Pattern ? 1 : 0;
        }
        Assert.InRange(patterns, 10, 40);
    }

    [Fact]
    public void A_text_of_bytes_is_split_and_put_together() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll<byte[]>(bytes =>
    {
        var split = new TextSplit();
        if (bytes is null || !split.TrySplit(bytes))
            return true;
        var pattern = TextPattern.Read(split.Pattern)!;
        var into = new ByteWriter();
        for (var i = 0; i < pattern.Numbers; i++)
        {
            into.PutBytes(pattern.Piece(i));
            pattern.AppendNumber(i, split.Numbers[i], into);
        }
        into.PutBytes(pattern.Piece(pattern.Numbers));
        return pattern.Numbers == split.Numbers.Length && into.Written.SequenceEqual(bytes);
    }));

    [Fact]
    public void Any_bytes_are_a_column_or_none() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll<byte[]>(bytes =>
    {
        for (byte form = 0; form < 9; form++)
        {
            using var buffers = BlockBuffers.Rent();
            if (FieldColumn.ReadAny((byte[])[form, .. bytes ?? []], 3, buffers) is not { } column)
                continue;
            for (var i = 0; i < 3; i++)
                column.Append(i, new ByteWriter());
        }
        return true;
    }));

    [Fact]
    public void A_damaged_column_of_patterns_gives_texts_or_none()
    {
        var random = new Random(22);
        var bytes = Encode([.. Enumerable.Range(0, 600).Select(_ => Text(random, s_shapes[random.Next(6)]))], out _);
        for (var i = 0; i < 3000; i++)
        {
            var damaged = bytes.ToArray();
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            using var buffers = BlockBuffers.Rent();
            if (FieldColumn.ReadAny(damaged, 600, buffers) is not { } column)
                continue;
            var into = new ByteWriter();
            for (var row = 0; row < 600; row++)
                column.Append(row, into);
        }
    }

    private static string Text(Random random, string shape) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, shape, random.Next(1000), random.Next(900_000), random.Next(100), random.NextInt64() & long.MaxValue >> random.Next(40));

    private static byte AssertRoundTrip(List<string> texts, Random random)
    {
        var bytes = Encode(texts, out var words);
        using var buffers = BlockBuffers.Rent();
        var column = FieldColumn.ReadAny(bytes, texts.Count, buffers)!;
        var into = new ByteWriter();
        for (var i = 0; i < texts.Count; i++)
        {
            into.Clear();
            column.Append(i, into);
            Assert.Equal(texts[i], Encoding.UTF8.GetString(into.Written));
        }
        var buckets = new ByteWriter();
        words.Put(buckets);
        for (var i = 0; i < 30; i++)
        {
            var needle = Needle(texts[random.Next(texts.Count)], random);
            var (asked, found) = (buffers.Set(texts.Count), buffers.Set(texts.Count));
            if (i % 2 == 0)
                asked.Fill();
            for (var row = random.Next(9); row < texts.Count; row += random.Next(1, 200))
                asked.Add(row);
            column.MarkContaining(needle, new ColumnRows(asked, null), found);
            Assert.Equal([.. texts.Select((t, row) => asked.Has(row) && Encoding.UTF8.GetBytes(t).AsSpan().IndexOf(needle) >= 0)], Enumerable.Range(0, texts.Count).Select(found.Has));
            var isThere = texts.Any(t => Encoding.UTF8.GetBytes(t).AsSpan().IndexOf(needle) >= 0);
            var word = new WordReader(needle);
            while (word.Read())
                Assert.False(isThere && word.Word.Length > words.LongestWord);
        }
        // Every word of every text is in the filter, but for numbers that it says it has not.
        for (var i = 0; i < texts.Count; i += 7)
        {
            var word = new WordReader(Encoding.UTF8.GetBytes(texts[i]), isWhole: true);
            while (word.Read())
            {
                if (!WordFilter.TryHash(word, words.LongestWord, words.LongestNumber, out var hash, out var isAbsent))
                    Assert.False(isAbsent);
                else
                    Assert.True(WordFilter.MayContain(buckets.Written.Slice(WordFilter.Bucket(hash, buckets.Length / WordFilter.BucketSize) * WordFilter.BucketSize, WordFilter.BucketSize), hash));
            }
        }
        return bytes[0];
    }

    private static byte[] Needle(string text, Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length == 0)
            return "none"u8.ToArray();
        var start = random.Next(bytes.Length);
        var needle = bytes[start..(start + random.Next(1, bytes.Length - start + 1))];
        if (random.Next(4) == 0)
            needle[random.Next(needle.Length)] = (byte)"0123456789abcdef SK"[random.Next(19)];
        return needle;
    }

    private static byte[] Encode(List<string> texts, out WordFilter words)
    {
        var values = new TextList();
        foreach (var text in texts)
            values.Add(Encoding.UTF8.GetBytes(text));
        var encoder = new FieldColumnEncoder();
        var into = new ByteWriter();
        encoder.Put(into, values);
        words = new WordFilter();
        encoder.AddWords(values, words);
        return into.Written.ToArray();
    }
}
