using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.Golden;

/// <summary>Queries near to known ones: cut, doubled, spliced, or with a character changed.</summary>
internal static class QueryMutation
{
    private const string Odd = "{}()[]|=~!<>\"`'\\#,.*+?0a \n\u0001é";

    public static Arbitrary<string> Of(string[] queries)
    {
        var one = from query in Gen.Elements(queries)
                  from other in Gen.Elements(queries)
                  from way in Gen.Choose(0, 4)
                  from at in Gen.Choose(0, Math.Max(0, query.Length - 1))
                  from length in Gen.Choose(0, 12)
                  from odd in Gen.Elements(Odd.ToCharArray())
                  select Mutate(query, other, way, at, length, odd);
        return one.ToArbitrary();
    }

    private static string Mutate(string query, string other, int way, int at, int length, char odd)
    {
        var end = Math.Min(query.Length, at + length);
        return way switch
        {
            0 => query[..at] + query[end..],
            1 => query[..end] + query[at..],
            2 => query[..at] + odd + query[end..],
            3 => query[..at] + other[Math.Min(at, other.Length)..],
            _ => query[..at],
        };
    }
}
