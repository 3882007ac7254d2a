namespace Bongsu.Storage.Segments;

/// <summary>A test of a column's values by their number; a struct, so that the loop over the rows is compiled with it.</summary>
internal interface IValueTest
{
    bool Passes(int index);
}
