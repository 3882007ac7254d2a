using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Pipeline.Derive.Patterns;

namespace Bongsu.Ingest.Tests.Pipeline.Derive;

/// <summary>Lines sent through a tree of their own, without bounds or counts.</summary>
internal sealed class Mined
{
    private readonly DrainTree _tree = new();
    private readonly LineTokens _tokens = new();
    private ulong _ids;

    public LogPattern Add(string line) => Add(Encoding.UTF8.GetBytes(line));

    public LogPattern Add(byte[] line)
    {
        _tokens.Read(line, false);
        if (_tree.Find(_tokens, false) is { } found)
        {
            DrainTree.Generalise(found, _tokens.Tokens);
            return found;
        }
        var pattern = new LogPattern(++_ids, false, _tokens.Tokens.ToArray(), line, _tokens.Words);
        DrainTree.Add(pattern, _tree.LeafOf(_tokens.Tokens, false));
        return pattern;
    }

    public static string Template(LogPattern pattern)
    {
        var text = new ByteBuffer();
        PatternTemplate.Write(pattern.Tokens, pattern.Text, text);
        return Encoding.UTF8.GetString(text.Span);
    }
}
